/** The value of a polynomial; coefficients from the constant term up. */
export function polynomial(x: number, coefficients: readonly number[]): number {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * x + (coefficients[i] ?? 0);
  return sum;
}

/** A rational function whose denominator begins with 1: `numerator(x) / (1 + x · denominator(x))`. */
export function rational(x: number, numerator: readonly number[], denominator: readonly number[]): number {
  return polynomial(x, numerator) / (1 + x * polynomial(x, denominator));
}

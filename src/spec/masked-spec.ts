import type { AnyHandlerKind } from '../handler/handler-kind.ts';
import { hasSecretReference } from '../handler/secrets.ts';
import type { HandlerSpec } from './handler-spec.ts';
import { secretPartOf } from './spec-checker.ts';

const MASK = '***';

/**
 * A spec for showing: the values of secret options, and those under secret keys of others, are replaced by `***`,
 * unless they are references such as `${env:TOKEN}`.
 */
export function maskedSpec(spec: HandlerSpec, kind: AnyHandlerKind | undefined): HandlerSpec {
  const { options } = spec;
  if (options === null || options === undefined || kind === undefined) return spec;
  if (kind.secretOptions === undefined && kind.secretKeys === undefined) return spec;
  const shown = Object.entries(options).map(([name, value]) => [
    name,
    maskPart(value, secretPartOf(kind, name)),
  ]);
  return { ...spec, options: Object.fromEntries(shown) };
}

function maskPart(value: unknown, part: 'all' | RegExp | undefined): unknown {
  if (part === 'all') return mask(value);
  if (part === undefined || typeof value !== 'object' || value === null) return value;
  const shown = Object.entries(value).map(([key, inner]) => [
    key,
    key.search(part) === -1 ? inner : mask(inner),
  ]);
  return Object.fromEntries(shown);
}

function mask(value: unknown): unknown {
  if (typeof value === 'string') return value === '' || hasSecretReference(value) ? value : MASK;
  if (Array.isArray(value)) return value.map(mask);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, mask(part)]));
}

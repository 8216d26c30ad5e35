import type { AnyHandlerKind } from '../handler/handler-kind.ts';
import { hasSecretReference } from '../handler/secrets.ts';
import type { HandlerSpec } from './handler-spec.ts';
import { isSecretOption } from './spec-checker.ts';

const MASK = '***';

/**
 * A spec for showing: the values of secret options are replaced by `***`, unless they are only references such as
 * `${env:TOKEN}`.
 */
export function maskedSpec(spec: HandlerSpec, kind: AnyHandlerKind | undefined): HandlerSpec {
  const { options } = spec;
  if (options === null || options === undefined || kind?.secretOptions === undefined) return spec;
  const shown = Object.entries(options).map(([name, value]) => [
    name,
    isSecretOption(kind, name) ? mask(value) : value,
  ]);
  return { ...spec, options: Object.fromEntries(shown) };
}

function mask(value: unknown): unknown {
  if (typeof value === 'string') return value === '' || hasSecretReference(value) ? value : MASK;
  if (Array.isArray(value)) return value.map(mask);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, mask(part)]));
}

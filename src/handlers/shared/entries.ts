import * as v from 'valibot';
import { described, flag, text } from '../../handler/options.ts';

const skipVerify = described(flag, "Leave the server's certificate unchecked. Needs the package undici.");

/** The proxy option that every HTTP kind has in its configuration. */
export const proxyEntry: { readonly proxy: typeof text } = {
  proxy: described(text, 'URL of an HTTP proxy to go through. Needs the package undici.'),
};

/** The option not to check certificates, for kinds that have it in Kapacitor. */
export const skipVerifyEntry: { readonly 'insecure-skip-verify': typeof flag } = {
  'insecure-skip-verify': skipVerify,
};

/** The TLS options, for kinds that have them in Kapacitor. */
export const tlsEntries: {
  readonly 'ssl-ca': typeof text;
  readonly 'ssl-cert': typeof text;
  readonly 'ssl-key': typeof text;
  readonly 'insecure-skip-verify': typeof flag;
} = {
  'ssl-ca': described(text, 'Path of a PEM file with the authorities to trust. Needs the package undici.'),
  'ssl-cert': described(text, 'Path of a PEM file with the client certificate. Needs the package undici.'),
  'ssl-key': described(
    text,
    'Path of a PEM file with the key of that certificate. Needs the package undici.',
  ),
  'insecure-skip-verify': skipVerify,
};

/** The options of a section that say which one handlers get. */
export const sectionEntries: {
  readonly enabled: typeof flag;
  readonly default: typeof flag;
  readonly global: typeof flag;
  readonly 'state-changes-only': typeof flag;
} = {
  enabled: described(flag, 'Whether it sends. Default true.'),
  default: described(
    flag,
    'Handlers that name no section get this one; implied for the only section. Default false.',
  ),
  global: described(
    flag,
    'Alert rules that name no handler are meant to get it; only the default section may say so. Default false.',
  ),
  'state-changes-only': described(
    flag,
    'Such rules are meant to tell of changes of level only. Default false.',
  ),
};

/** What a kind with one section only may say of it. */
export const singleSectionEntries: {
  readonly enabled: typeof flag;
  readonly global: typeof flag;
  readonly 'state-changes-only': typeof flag;
} = {
  enabled: sectionEntries.enabled,
  global: described(flag, 'Alert rules that name no handler are meant to get it. Default false.'),
  'state-changes-only': sectionEntries['state-changes-only'],
};

/** Any values by name. */
export const anyMap: v.GenericSchema<Record<string, unknown>> = v.record(v.string(), v.unknown(), 'a map');

import * as v from 'valibot';
import type { Clock } from '../../alert/clock.ts';
import {
  configDuration,
  described,
  flag,
  integer,
  type OptionsOutput,
  type OptionsSchema,
  optionsSchema,
  text,
  textMap,
  texts,
} from '../../handler/options.ts';
import { hasSecretReference } from '../../handler/secrets.ts';
import { parseAddress } from '../shared/address.ts';
import { readTlsFiles } from '../shared/tls-files.ts';
import { accessToken } from './access-token.ts';
import type { ClusterSettings, SaslSettings } from './cluster-settings.ts';

type Mechanism = 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512' | 'OAUTHBEARER';
type OAuthService = '' | 'custom' | 'auth0' | 'azuread';
type Client = 'kafkajs' | '@platformatic/kafka';

const MECHANISMS: readonly Mechanism[] = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'];
const OAUTH_SERVICES: readonly OAuthService[] = ['', 'custom', 'auth0', 'azuread'];
const CLIENTS: readonly Client[] = ['kafkajs', '@platformatic/kafka'];

/** The schemas of what a cluster is configured with. */
export type ClusterSchemas = {
  readonly enabled: typeof flag;
  readonly id: typeof text;
  readonly brokers: typeof texts;
  readonly client: v.GenericSchema<Client>;
  readonly timeout: typeof configDuration;
  readonly 'batch-size': typeof integer;
  readonly 'batch-timeout': typeof configDuration;
  readonly 'use-ssl': typeof flag;
  readonly 'ssl-ca': typeof text;
  readonly 'ssl-cert': typeof text;
  readonly 'ssl-key': typeof text;
  readonly 'insecure-skip-verify': typeof flag;
  readonly 'sasl-mechanism': v.GenericSchema<'' | Mechanism>;
  readonly 'sasl-version': typeof integer;
  readonly 'sasl-username': typeof text;
  readonly 'sasl-password': typeof text;
  readonly sasl_extensions: typeof textMap;
  readonly 'sasl-access-token': typeof text;
  readonly 'sasl-oauth-service': v.GenericSchema<OAuthService>;
  readonly 'sasl-oauth-client-id': typeof text;
  readonly 'sasl-oauth-client-secret': typeof text;
  readonly 'sasl-oauth-token-url': typeof text;
  readonly 'sasl-oauth-tenant-id': typeof text;
  readonly 'sasl-oauth-scopes': typeof texts;
  readonly 'sasl-oauth-parameters': typeof textMap;
  readonly 'sasl-oauth-token-expiry-margin': typeof configDuration;
};

/** The schema of a cluster. */
export const clusterSchema: OptionsSchema<ClusterSchemas> = optionsSchema<ClusterSchemas>({
  enabled: described(flag, 'Whether it sends. Default true.'),
  id: described(
    text,
    'The name of the cluster, for handlers to choose it; also the Kafka client id. Default default.',
  ),
  brokers: described(
    texts,
    'The brokers to begin with, each host:port. There must be one, unless there is a producer.',
  ),
  client: described(
    v.picklist(CLIENTS, "'kafkajs' or '@platformatic/kafka'"),
    'The package to use: kafkajs or @platformatic/kafka. Default kafkajs.',
  ),
  timeout: described(configDuration, 'How long connecting, or an answer, may take. Default 30s.'),
  'batch-size': described(integer, 'The most messages of a request. Default 100.'),
  'batch-timeout': described(
    configDuration,
    'How long messages are gathered before a request; 0s sends at once. Default 0s.',
  ),
  'use-ssl': described(flag, 'Whether to speak TLS. Default false.'),
  'ssl-ca': described(text, 'Path of a PEM file with the authorities to trust.'),
  'ssl-cert': described(text, 'Path of a PEM file with the client certificate.'),
  'ssl-key': described(text, 'Path of a PEM file with the key of that certificate.'),
  'insecure-skip-verify': described(flag, "Leave the brokers' certificates unchecked. Default false."),
  'sasl-mechanism': described(
    v.picklist(
      ['', ...MECHANISMS],
      `one of ${MECHANISMS.join(', ')} (for GSSAPI, give a producer of your own)`,
    ),
    'How to log in: PLAIN (the default when there is a sasl-username), SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER.',
  ),
  'sasl-version': described(
    v.pipe(integer, v.picklist([1], '1, which is what clients here speak')),
    'The version of the login handshake, which can only be 1. Default 1.',
  ),
  'sasl-username': described(text, 'The user to log in as.'),
  'sasl-password': described(text, 'The password to log in with.'),
  sasl_extensions: described(textMap, 'Extensions of an OAUTHBEARER login.'),
  'sasl-access-token': described(text, 'A fixed token for OAUTHBEARER, in place of one from a token server.'),
  'sasl-oauth-service': described(
    v.picklist(OAUTH_SERVICES, "'custom', 'auth0' or 'azuread'"),
    'Who gives tokens: custom, auth0 or azuread. Default custom.',
  ),
  'sasl-oauth-client-id': described(text, 'The OAuth client.'),
  'sasl-oauth-client-secret': described(text, 'Its secret.'),
  'sasl-oauth-token-url': described(
    text,
    'Where tokens are fetched; for azuread it follows from the tenant.',
  ),
  'sasl-oauth-tenant-id': described(text, 'The tenant, for azuread.'),
  'sasl-oauth-scopes': described(texts, 'The scopes to ask for.'),
  'sasl-oauth-parameters': described(
    textMap,
    'More parameters of the token request; auth0 needs an audience.',
  ),
  'sasl-oauth-token-expiry-margin': described(
    configDuration,
    'How long before its end a token is renewed. Default 10s.',
  ),
});

/** A cluster, checked. */
export type Cluster = OptionsOutput<ClusterSchemas>;

const DEFAULT_TIMEOUT = 30_000;
const DEFAULT_EXPIRY_MARGIN = 10_000;

/** What is wrong with a cluster that is to be connected to, if anything. */
export function clusterProblem(cluster: Cluster): string | undefined {
  const { id, brokers = [], useSsl = false } = cluster;
  if (id === '') return 'id must not be empty';
  if (brokers.length === 0) return 'brokers are required';
  const bad = brokers.find((broker) => !hasSecretReference(broker) && parseAddress(broker) === undefined);
  if (bad !== undefined) return `a broker must be host:port, got '${bad}'`;
  if (useSsl) readTlsFiles('kafka', cluster);
  return saslProblem(cluster);
}

function saslProblem(cluster: Cluster): string | undefined {
  const { saslUsername = '', saslPassword = '' } = cluster;
  const mechanism = mechanismOf(cluster);
  if (mechanism === undefined) return undefined;
  if (mechanism !== 'OAUTHBEARER') {
    return saslUsername === '' || saslPassword === ''
      ? `sasl-mechanism ${mechanism} needs sasl-username and sasl-password`
      : undefined;
  }
  if (cluster.saslAccessToken) return undefined;
  if (!cluster.saslOauthClientId) return 'OAUTHBEARER needs sasl-oauth-client-id';
  if (!cluster.saslOauthClientSecret) return 'OAUTHBEARER needs sasl-oauth-client-secret';
  if (cluster.saslOauthService === 'azuread') {
    return cluster.saslOauthTenantId ? undefined : 'sasl-oauth-service azuread needs sasl-oauth-tenant-id';
  }
  if (!cluster.saslOauthTokenUrl) return 'OAUTHBEARER needs sasl-oauth-token-url';
  if (cluster.saslOauthService === 'auth0' && !cluster.saslOauthParameters?.audience) {
    return "sasl-oauth-service auth0 needs an 'audience' among sasl-oauth-parameters";
  }
  return undefined;
}

function mechanismOf({ saslMechanism, saslUsername }: Cluster): SaslSettings['mechanism'] | undefined {
  return saslMechanism || (saslUsername ? 'PLAIN' : undefined);
}

/** A checked cluster whose secrets are resolved, as clients want it. */
export function clusterSettings(cluster: Cluster, clock: Clock): ClusterSettings {
  const { id = '', brokers = [], useSsl = false } = cluster;
  const timeout = cluster.timeout || DEFAULT_TIMEOUT;
  const mechanism = mechanismOf(cluster);
  return {
    clientId: id,
    brokers,
    timeout,
    ...(useSsl && { tls: readTlsFiles('kafka', cluster) }),
    ...(mechanism && { sasl: saslSettings(cluster, mechanism, timeout, clock) }),
  };
}

function saslSettings(
  cluster: Cluster,
  mechanism: SaslSettings['mechanism'],
  timeout: number,
  clock: Clock,
): SaslSettings {
  const { saslUsername: username = '', saslPassword: password = '', saslAccessToken } = cluster;
  if (mechanism !== 'OAUTHBEARER') return { mechanism, username, password };
  const tenant = encodeURIComponent(cluster.saslOauthTenantId ?? '');
  const url = cluster.saslOauthTokenUrl || `https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`;
  return {
    mechanism,
    extensions: Object.fromEntries(Object.entries(cluster.saslExtensions ?? {}).sort()),
    token: saslAccessToken
      ? () => Promise.resolve(saslAccessToken)
      : accessToken(
          {
            url,
            clientId: cluster.saslOauthClientId ?? '',
            clientSecret: cluster.saslOauthClientSecret ?? '',
            scopes: cluster.saslOauthScopes ?? [],
            parameters: cluster.saslOauthParameters ?? {},
            expiryMargin: cluster.saslOauthTokenExpiryMargin ?? DEFAULT_EXPIRY_MARGIN,
            timeout,
          },
          clock,
        ),
  };
}

import { alertDataJson } from '../alert/wire.ts';
import type { HandlerKind } from '../handler/handler-kind.ts';
import { described, duration, type OptionsOutput, optionsSchema, text } from '../handler/options.ts';
import { type Address, parseAddress } from './shared/address.ts';
import { refineOptions } from './shared/refine-options.ts';
import { tcpExchange } from './shared/tcp-exchange.ts';

const DEFAULT_TIMEOUT = 5000;

type OptionSchemas = {
  readonly address: typeof text;
  readonly 'connect-timeout': typeof duration;
  readonly 'write-timeout': typeof duration;
};

const entries: OptionSchemas = {
  address: described(text, 'Where to connect: host:port. Required.'),
  'connect-timeout': described(duration, 'How long connecting may take. Default 5s.'),
  'write-timeout': described(
    duration,
    'How long writing, and waiting for the peer to close, may take. Default 5s.',
  ),
};

const options = refineOptions(optionsSchema(entries), ({ address = '' }) =>
  parseAddress(address)
    ? []
    : [{ message: `address: expected host:port, got '${address}'`, path: ['address'] }],
);

/** What a tcp handler is told in its handler file, checked. */
export type TcpOptions = OptionsOutput<OptionSchemas>;

/**
 * The `tcp` kind: opens a connection for each event, writes the alert data as one line of JSON and an empty
 * line, and closes it. Needs Node.
 *
 * @example
 * ```ts
 * import { TopicRegistry } from 'tocsin';
 * import { tcp } from 'tocsin/handlers';
 *
 * const alerts = new TopicRegistry({ kinds: [tcp()] });
 * await alerts.define({ id: 'feed', topic: 'cpu', kind: 'tcp', options: { address: 'collector:9000' } });
 * ```
 */
export function tcp(): HandlerKind<TcpOptions> {
  return {
    kind: 'tcp',
    options,
    optionNames: options.names,
    create({ address, connectTimeout = DEFAULT_TIMEOUT, writeTimeout = DEFAULT_TIMEOUT }, { clock }) {
      const target = parseAddress(address ?? '') as Address;
      const timeouts = { connect: connectTimeout, exchange: writeTimeout };
      return {
        async handle(event, { signal }) {
          await tcpExchange({
            kind: 'tcp',
            address: target,
            payload: `${alertDataJson(event)}\n\n`,
            timeouts,
            clock,
            signal,
            endAfterWrite: true,
            answered: () => true,
          });
        },
      };
    },
  };
}

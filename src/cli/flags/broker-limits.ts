import { Flags } from '@oclif/core'
import { type BrokerLimits, defaultLimits } from '../../mqtt-server/options.js'

const bytes = (description: string) => Flags.integer({ description, helpValue: 'BYTES', min: 0 })

/** What bounds the memory and the patience of the embedded broker; with `-c` too. */
export const limitFlags = {
  'max-waiting': bytes(
    `bytes one client may leave unread; more are not read from it, and QoS 0 is dropped [default: ${defaultLimits.maxWaitingBytes}, 0: no limit]`,
  ),
  'max-queued': bytes(
    `bytes of QoS 1 and 2 messages kept for one client [default: ${defaultLimits.maxQueuedBytes}, 0: no limit]`,
  ),
  'max-total': bytes(`bytes kept for all clients together [default: ${defaultLimits.maxTotalBytes}, 0: no limit]`),
  'max-filters': Flags.integer({
    description: `topic filters of one SUBSCRIBE; further ones are refused [default: ${defaultLimits.maxFilters}, 0: no limit]`,
    helpValue: 'N',
    min: 0,
  }),
  'max-keepalive': Flags.integer({
    description: 'longest keepalive; 5.0 clients are told, others are refused [default: none]',
    helpValue: 'SECONDS',
    min: 1,
    max: 65_535,
  }),
  'refuse-filter': Flags.string({
    description: 'refuse subscriptions to this topic filter, to see what a client does (SUBACK 0x80)',
    helpValue: 'FILTER',
    multiple: true,
    multipleNonGreedy: true,
  }),
  'read-timeout': Flags.integer({
    description: `seconds until a client that does not read is cut off [default: ${defaultLimits.readTimeout}, 0: never]`,
    helpValue: 'SECONDS',
    min: 0,
  }),
  'handshake-timeout': Flags.integer({
    description: `seconds for a TLS or WebSocket handshake [default: ${defaultLimits.handshakeTimeoutMs / 1000}, 0: no limit]`,
    helpValue: 'SECONDS',
    min: 0,
    max: 3600,
  }),
}

type LimitValues = typeof limitFlags
type LimitFlags = { readonly [name in Exclude<keyof LimitValues, 'refuse-filter'>]?: number | undefined } & {
  readonly 'refuse-filter'?: readonly string[] | undefined
}

/** Only what was given: the rest is left to a file or to the defaults. */
export function limitsOf(flags: LimitFlags): Partial<BrokerLimits> {
  const handshake = flags['handshake-timeout']
  return {
    ...(flags['max-waiting'] !== undefined && { maxWaitingBytes: flags['max-waiting'] }),
    ...(flags['max-queued'] !== undefined && { maxQueuedBytes: flags['max-queued'] }),
    ...(flags['max-total'] !== undefined && { maxTotalBytes: flags['max-total'] }),
    ...(flags['max-filters'] !== undefined && { maxFilters: flags['max-filters'] }),
    ...(flags['max-keepalive'] !== undefined && { maxKeepalive: flags['max-keepalive'] }),
    ...(flags['refuse-filter'] !== undefined && { refusedFilters: flags['refuse-filter'] }),
    ...(flags['read-timeout'] !== undefined && { readTimeout: flags['read-timeout'] }),
    ...(handshake !== undefined && { handshakeTimeoutMs: handshake * 1000 }),
  }
}

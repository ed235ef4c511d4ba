import { packetNames, REASON } from './packet-types.js'

/**
 * Why a connection has to end, in the terms of MQTT: the reason code of a 5.0 DISCONNECT (`undefined`: none is sent,
 * the socket is just closed) and the words for a log line.
 */
export const endings = {
  protocol: { code: REASON.protocolError, words: 'protocol error' },
  malformed: { code: REASON.malformed, words: 'malformed packet' },
  'duplicate-property': {
    code: REASON.protocolError,
    words: 'bad socket read/write: Duplicate property in property list',
  },
  utf8: { code: undefined, words: 'bad socket read/write: Malformed UTF-8' },
  'qos-not-supported': { code: REASON.qosNotSupported, words: 'bad socket read/write: QoS not supported' },
  'retain-not-supported': { code: REASON.retainNotSupported, words: 'bad socket read/write: Retain not supported' },
  'receive-maximum': { code: REASON.receiveMaximumExceeded, words: 'receive maximum exceeded' },
  'topic-alias-invalid': { code: REASON.topicAliasInvalid, words: 'topic alias invalid' },
  unspecified: { code: REASON.unspecified, words: 'bad socket read/write: Unknown error' },
  oversize: { code: undefined, words: 'oversize packet' },
  'payload-size': { code: undefined, words: 'oversize payload' },
  'not-authorised': { code: undefined, words: 'not authorised' },
  'not-supported': {
    code: undefined,
    words: 'used disallowed feature (QoS too high, retain not supported, or bad AUTH method)',
  },
  'client-id': { code: undefined, words: 'client identifier not valid' },
  refused: { code: undefined, words: 'bad socket read/write: Invalid input' },
  closed: { code: undefined, words: 'connection closed by client' },
  keepalive: { code: undefined, words: 'exceeded timeout' },
  'not-reading': { code: undefined, words: 'does not read what is sent to it' },
  'taken-over': { code: undefined, words: 'session taken over' },
  administrative: { code: undefined, words: 'administrative action' },
} as const satisfies Record<string, { readonly code: number | undefined; readonly words: string }>

export type Ending = keyof typeof endings

/** The ending as the event of a connection names it: `MP-MQTT-PROTOCOL`. */
export function codeOf(ending: Ending): string {
  return `MP-MQTT-${ending.toUpperCase()}`
}

/** The words of an ending, by the code of `codeOf`. */
export function endingWords(code: string): string | undefined {
  return Object.entries(endings).find(([name]) => `MP-MQTT-${name.toUpperCase()}` === code)?.[1].words
}

/** A packet that breaks a rule; `quiet` ones close the socket without a DISCONNECT packet even in MQTT 5. */
export class PacketFault extends Error {
  override readonly name = 'PacketFault'
  constructor(
    readonly ending: Ending,
    message: string,
    readonly quiet = false,
  ) {
    super(message)
  }
}

/** The fault with the name of the packet in front, by its first byte: `SUBACK: reason code 99`; other errors as they are. */
export function namedFault(header: number, error: unknown): unknown {
  if (!(error instanceof PacketFault)) return error
  const name = packetNames[(header >> 4) - 1] ?? `packet of type ${header >> 4}`
  return new PacketFault(error.ending, `${name}: ${error.message}`, error.quiet)
}

/** A fault on the way, as `--fault` names it. */
export interface WayFault {
  readonly name: FaultName
  readonly value: string | undefined
  /** 0 to 1: how likely it is for a connection. */
  readonly probability: number
  /** Connections it may strike; undefined: all. */
  readonly count: number | undefined
}

export interface FaultKind {
  /** In words, for the help. */
  readonly what: string
  /** What follows `=`; absent: nothing. */
  readonly value?: string
  /** What a healthy stack does then. */
  readonly healthy: string
}

/** Every fault with what a healthy stack must do. */
const kinds = {
  'cut-in-header': {
    what: 'close in the middle of the PROXY header',
    healthy: 'the broker closes at its header time-out and keeps no session',
  },
  'cut-after-header': {
    what: 'close between PROXY header and CONNECT',
    healthy: 'the broker forgets the connection; nothing is logged as an error of a client',
  },
  'cut-after-connack': {
    what: 'close right after CONNACK',
    healthy: 'the client connects again with back-off; a will is sent',
  },
  'cut-in-publish': {
    what: 'close in the middle of a PUBLISH of the client',
    healthy: 'the broker delivers nothing of it; with QoS 1 or 2 the client sends it again',
  },
  'reset-after-connack': {
    what: 'reset (RST) right after CONNACK',
    healthy: 'the client connects again with back-off; a will is sent',
  },
  delay: {
    what: 'hold every chunk back for so long, both ways',
    value: 'TIME',
    healthy: 'sessions stay while the delay is below keepalive and time-outs',
  },
  trickle: {
    what: 'send byte by byte with this pause, for the first 2,000 bytes of the client',
    value: 'TIME',
    healthy: 'header and CONNECT in pieces are read as one; a time-out ends what is too slow',
  },
  'half-open': {
    what: 'pass nothing on any more after CONNACK, and close nothing',
    healthy: 'client and broker find out by keepalive (1.5 times) and end the session',
  },
  'strip-header': {
    what: 'take the PROXY header away',
    healthy: 'a listener that wants a header refuses the client',
  },
  'duplicate-header': {
    what: 'send the PROXY header twice',
    healthy: 'the broker refuses: a second header is not MQTT',
  },
  'swap-header': {
    what: 'swap source and destination in the header',
    healthy: "the broker takes HAProxy's address for the client's: nothing can detect it",
  },
  'forge-header': {
    what: 'put another source into the header, or a v2 header with it where there is none',
    value: 'IP:PORT',
    healthy: 'only the firewall can prevent this: the broker trusts everyone who reaches its listener',
  },
  'forge-cn': {
    what: 'claim a verified certificate with this name in the header',
    value: 'NAME',
    healthy: 'as forge-header; where the CN is the username, the client is that user',
  },
  'drop-tlv': {
    what: 'take one TLV out of the header',
    value: 'TYPE',
    healthy: 'a listener that demands what it said refuses the client',
  },
  'duplicate-tlv': {
    what: 'send one TLV of the header twice',
    value: 'TYPE',
    healthy: 'one of both counts, or the client is refused; nothing crashes or hangs',
  },
  'forge-tlv': {
    what: 'put another value into one TLV of the header, or add it',
    value: 'TYPE:VALUE',
    healthy:
      'as forge-header; a value that is no TLV of that type is ignored or refuses the client, and breaks nothing',
  },
  'drop-puback': {
    what: 'drop the first PUBACK of the broker',
    healthy: 'the client sends the message again (DUP) when it connects again; it may arrive twice',
  },
} as const satisfies Record<string, FaultKind>

export type FaultName = keyof typeof kinds

export const faultKinds: Readonly<Record<FaultName, FaultKind>> = kinds

export const faultNames: readonly FaultName[] = Object.keys(kinds).filter(isFaultName)

export function isFaultName(text: string): text is FaultName {
  return Object.hasOwn(kinds, text)
}

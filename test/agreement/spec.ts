/** What one pair of files says, before it has ports. */
export interface Spec {
  readonly seed: number
  readonly binds: readonly BindSpec[]
  /** HAProxies between the first and the broker, none to two. */
  readonly inner: readonly InnerSpec[]
  /** Where mode, timeouts and the header of the last server are written. */
  readonly settings: 'beside' | 'from' | 'last'
  readonly server: ServerSpec
  readonly listener: ListenerSpec
  /** What was changed of a sound pair. */
  readonly mutations: readonly string[]
}

export type Send = '' | 'send-proxy' | 'send-proxy-v2' | 'send-proxy-v2-ssl' | 'send-proxy-v2-ssl-cn'
export type Client = 'plain' | 'tls' | 'optional' | 'mtls'

export interface BindSpec {
  readonly client: Client
  readonly accept: boolean
  readonly host: '127.0.0.1' | '*' | '::1' | '[::1]' | '[0:0:0:0:0:0:0:1]' | ':: v6only' | ':: v4v6'
}

export interface InnerSpec {
  /** How the HAProxy before it speaks to it. */
  readonly send: Send
  readonly ssl: boolean
  readonly accept: boolean
  readonly client: Client
  readonly ownFile: boolean
}

export interface ServerSpec {
  readonly send: Send
  readonly ssl: boolean
  readonly host: '127.0.0.1' | 'localhost' | '[::1]' | '[0:0:0:0:0:0:0:1]' | '192.0.2.9' | 'unix'
  readonly wrongPort: boolean
  readonly disabled: boolean
}

export interface ListenerSpec {
  readonly host: '' | '127.0.0.1' | '::1' | '0:0:0:0:0:0:0:1' | 'unix'
  readonly proxy: 0 | 1 | 2
  readonly tls: boolean
  readonly requireTls: boolean
  readonly requireCertificate: boolean
  readonly cn: boolean
  readonly anonymous: boolean
}

/** A small generator of numbers: the same seed gives the same pairs everywhere. */
export class Dice {
  private state: number
  constructor(seed: number) {
    this.state = (seed * 2654435761 + 1) >>> 0
  }
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let t = Math.imul(this.state ^ (this.state >>> 15), this.state | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  chance(share: number): boolean {
    return this.next() < share
  }
  of<T>(all: readonly [T, ...T[]]): T {
    return all[Math.floor(this.next() * all.length)] ?? all[0]
  }
}

export const sends = ['', 'send-proxy', 'send-proxy-v2', 'send-proxy-v2-ssl', 'send-proxy-v2-ssl-cn'] as const
export const clients = ['plain', 'tls', 'optional', 'mtls'] as const

import { mutated } from './mutations.js'
import {
  type BindSpec,
  type Client,
  clients,
  Dice,
  type InnerSpec,
  type ListenerSpec,
  type Send,
  type ServerSpec,
  type Spec,
} from './spec.js'

const hosts = ['127.0.0.1', '*', '::1', '[::1]', '[0:0:0:0:0:0:0:1]', ':: v6only', ':: v4v6'] as const

export function specOf(seed: number): Spec {
  const dice = new Dice(seed)
  let spec = sound(dice, seed)
  const count = dice.of([0, 0, 1, 1, 1, 2])
  for (let at = 0; at < count; at++) spec = mutated(spec, dice)
  return possible(spec)
}

/** A pair that works, as far as its author knows. */
function sound(dice: Dice, seed: number): Spec {
  const chain = dice.of(['none', 'none', 'relay', 'read'] as const)
  const more = new Dice(seed + 0x5eed)
  const proxy = dice.of([0, 1, 2, 2, 2] as const)
  const demand = proxy === 2 && chain !== 'read' ? dice.of(['none', 'tls', 'certificate', 'cn'] as const) : 'none'
  const strict = demand === 'certificate' || demand === 'cn'
  const client: Client = strict
    ? dice.of(['mtls', 'mtls', 'optional'])
    : demand === 'tls'
      ? dice.of(['tls', 'mtls'])
      : dice.of(clients)
  const send: Send =
    proxy === 0
      ? ''
      : proxy === 1
        ? 'send-proxy'
        : demand === 'cn'
          ? 'send-proxy-v2-ssl-cn'
          : demand === 'none'
            ? 'send-proxy-v2'
            : 'send-proxy-v2-ssl'
  const listenerHost = dice.of(['127.0.0.1', '127.0.0.1', '', '::1', '0:0:0:0:0:0:0:1', 'unix'] as const)
  const server = {
    send: chain === 'relay' ? ('' as const) : send,
    ssl: false,
    host: serverFor(listenerHost, dice),
    wrongPort: false,
    disabled: false,
  }
  const tls = proxy === 0 && dice.chance(0.25)
  const one = (): BindSpec => ({ client: tls ? 'plain' : client, accept: dice.chance(0.15), host: dice.of(hosts) })
  return {
    seed,
    binds: dice.chance(0.25) ? [one(), one()] : [one()],
    inner: chain === 'none' ? [] : innerOf(chain, send, dice, more),
    settings: more.of(['beside', 'beside', 'from', 'last']),
    server: tls && dice.chance(0.5) ? { ...server, ssl: true } : server,
    listener: {
      host: listenerHost,
      proxy,
      tls,
      requireTls: demand !== 'none' && dice.chance(0.7),
      requireCertificate: strict,
      cn: demand === 'cn',
      anonymous: true,
    },
    mutations: [],
  }
}

/** A hop passes the header on unread, or reads it and writes its own; with two of them each may do either. */
function innerOf(chain: 'relay' | 'read', send: Send, dice: Dice, more: Dice): readonly InnerSpec[] {
  const hop = (kind: 'relay' | 'read', toIt: Send, ownFile: boolean): InnerSpec => ({
    send: toIt,
    ssl: false,
    accept: kind === 'read',
    client: 'plain',
    ownFile,
  })
  const last = chain === 'relay' ? send : 'send-proxy-v2'
  const ownFile = dice.chance(0.5)
  if (!more.chance(0.4)) return [hop(chain, last, ownFile)]
  // A relay passes on what it got; a hop that reads may get any header and sends what the next one wants.
  return more.chance(0.5)
    ? [hop('relay', last, more.chance(0.5)), hop(chain, '', ownFile)]
    : [hop('read', 'send-proxy-v2', more.chance(0.5)), hop(chain, last, ownFile)]
}

function serverFor(listener: ListenerSpec['host'], dice: Dice): ServerSpec['host'] {
  if (listener === 'unix') return 'unix'
  if (listener === '127.0.0.1') return dice.of(['127.0.0.1', '127.0.0.1', 'localhost'])
  return listener === ''
    ? dice.of(['127.0.0.1', '[::1]', '[0:0:0:0:0:0:0:1]'])
    : dice.of(['[::1]', '[0:0:0:0:0:0:0:1]'])
}

/** What a program refuses at start would stop the whole batch: such pairs are tested one by one elsewhere. */
function possible(spec: Spec): Spec {
  const { listener } = spec
  if (!listener.tls || listener.proxy === 0) return spec
  return { ...spec, listener: { ...listener, tls: false } }
}

import { clients, type Dice, type InnerSpec, type Spec, sends } from './spec.js'

type Mutation = (spec: Spec, dice: Dice) => Spec

const mutations: Readonly<Record<string, Mutation>> = {
  'server send': (spec, dice) => ({ ...spec, server: { ...spec.server, send: dice.of(sends) } }),
  'server ssl': (spec) => ({ ...spec, server: { ...spec.server, ssl: !spec.server.ssl } }),
  'server port': (spec) => ({ ...spec, server: { ...spec.server, wrongPort: true } }),
  'server disabled': (spec) => ({ ...spec, server: { ...spec.server, disabled: true } }),
  'server host': (spec, dice) => ({
    ...spec,
    server: { ...spec.server, host: dice.of(['127.0.0.1', '[::1]', '192.0.2.9'] as const) },
  }),
  'bind client': (spec, dice) => ({
    ...spec,
    binds: spec.binds.map((one, at) => (at === 0 ? { ...one, client: dice.of(clients) } : one)),
  }),
  'bind accept': (spec) => ({
    ...spec,
    binds: spec.binds.map((one, at) => (at === 0 ? { ...one, accept: !one.accept } : one)),
  }),
  'inner accept': (spec, dice) => oneInner(spec, dice, (one) => ({ ...one, accept: !one.accept })),
  'inner send': (spec, dice) => oneInner(spec, dice, (one) => ({ ...one, send: dice.of(sends) })),
  'inner client': (spec, dice) => oneInner(spec, dice, (one) => ({ ...one, client: dice.of(clients) })),
  'inner ssl': (spec, dice) => oneInner(spec, dice, (one) => ({ ...one, ssl: !one.ssl })),
  'listener proxy': (spec, dice) => ({ ...spec, listener: { ...spec.listener, proxy: dice.of([0, 1, 2] as const) } }),
  'listener tls': (spec) => ({ ...spec, listener: { ...spec.listener, tls: !spec.listener.tls } }),
  'listener require_tls': (spec) => ({
    ...spec,
    listener: { ...spec.listener, requireTls: !spec.listener.requireTls },
  }),
  'listener require_certificate': (spec) => ({
    ...spec,
    listener: { ...spec.listener, requireCertificate: !spec.listener.requireCertificate },
  }),
  'listener cn': (spec) => ({ ...spec, listener: { ...spec.listener, cn: !spec.listener.cn } }),
  'listener anonymous': (spec) => ({ ...spec, listener: { ...spec.listener, anonymous: false } }),
}

function oneInner(spec: Spec, dice: Dice, change: (one: InnerSpec) => InnerSpec): Spec {
  const at = Math.floor(dice.next() * spec.inner.length)
  return { ...spec, inner: spec.inner.map((one, own) => (own === at ? change(one) : one)) }
}

export function mutated(spec: Spec, dice: Dice): Spec {
  const names = Object.keys(mutations)
  const name = names[Math.floor(dice.next() * names.length)] ?? ''
  const after = mutations[name]?.(spec, dice) ?? spec
  return { ...after, mutations: [...spec.mutations, name] }
}

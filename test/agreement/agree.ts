import { readBroker } from '../../src/brokers/index.js'
import { parseHaproxy } from '../../src/config/haproxy/parse.js'
import { viewHaproxy } from '../../src/config/haproxy/view.js'
import type { ConfigEndpoint } from '../../src/kernel/address.js'
import type { Finding } from '../../src/kernel/result.js'
import { fixAll } from '../../src/lint/fix.js'
import { withSoundEdits } from '../../src/lint/offer.js'
import { lint } from '../../src/lint/run.js'
import { readWorkspace } from '../../src/lint/workspace.js'
import { type PathModel, readPaths } from '../../src/path/index.js'
import type { Mismatch } from '../../src/path/mismatch.js'
import type { BindAt, ClientNeed } from '../../src/path/model.js'
import { defaults, type Place } from './batch.js'
import type { PairTexts } from './texts.js'

const global = 'global\n    maxconn 1000\n\n'

/** The files of one pair as a user would have them. */
export function filesOf(pair: PairTexts): ReadonlyMap<string, string> {
  return new Map([
    ...pair.haproxies.map((text, at) => [`haproxy-${at}.cfg`, `${global}${defaults}${text}`] as const),
    ['mosquitto.conf', pair.mosquitto],
  ])
}

export function pairOf(files: ReadonlyMap<string, string>): PairTexts {
  const haproxies = [...files]
    .filter(([name]) => name.endsWith('.cfg'))
    .map(([, text]) => text.slice(text.indexOf(defaults) + defaults.length))
  return { haproxies, mosquitto: files.get('mosquitto.conf') ?? '' }
}

export function modelOf(files: ReadonlyMap<string, string>): PathModel {
  const cfg = [...files].filter(([name]) => name.endsWith('.cfg'))
  return readPaths({
    haproxies: cfg.map(([name, text]) => viewHaproxy([parseHaproxy(text, name).document])),
    brokers: [readBroker('mosquitto', files.get('mosquitto.conf') ?? '', 'mosquitto.conf')],
  })
}

export function findingsOf(files: ReadonlyMap<string, string>): readonly Finding[] {
  return withSoundEdits(files, (texts) => {
    const sources = [...texts].map(([path, text]) => ({
      path,
      text,
      dialect: path.endsWith('.cfg') ? ('haproxy' as const) : ('mosquitto' as const),
    }))
    const { input, pragmas } = readWorkspace(sources)
    return lint({ ...input, keepalive: 60, now: 0 }, pragmas)
  })
}

export function fixed(files: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...files, ...fixAll(files, findingsOf).texts])
}

/** A way in with what the model says of it. */
export interface Way {
  readonly entry: BindAt
  readonly client: ClientNeed
  readonly refused: readonly Mismatch[]
}

/** What the model says of every entry whose ways lead to what the files describe. */
export function waysOf(model: PathModel): readonly Way[] {
  return model.topology.entries.flatMap((entry) => {
    const own = model.paths.filter((path) => path.entry === entry)
    const [path] = own
    if (path?.client === undefined || own.some((one) => one.end.kind === 'elsewhere' || one.end.kind === 'unread'))
      return []
    // A listener on every address may be on that machine too; here nobody is.
    if (own.some(({ legs }) => legs.some(({ hop }) => hop.server.address.text.startsWith('192.0.2.')))) return []
    const ends = own.map((one) => (one.end.kind === 'listener' ? one.end.listener : undefined))
    const refused = model.mismatches.filter((one) => {
      if (!one.suffers.startsWith('every client')) return false
      if (one.path !== undefined) return own.includes(one.path)
      return one.listener === undefined || ends.includes(one.listener)
    })
    return [{ entry, client: path.client, refused }]
  })
}

/** Where a client can connect to what listens here. */
export function placeOf(endpoint: ConfigEndpoint): Place {
  if (endpoint.kind === 'unix') return { path: endpoint.path }
  if (endpoint.kind !== 'tcp' || endpoint.port === undefined) throw new Error('no place')
  const six = endpoint.host === undefined ? endpoint.family === 6 : endpoint.host.includes(':')
  return { host: six ? '::1' : '127.0.0.1', port: endpoint.port }
}

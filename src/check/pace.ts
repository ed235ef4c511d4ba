import type { HaproxyLine } from '../config/haproxy/document.js'
import { lastKeyword } from '../config/haproxy/keywords.js'
import type { ConnectionPath } from '../path/model.js'
import type { Way } from './ways.js'

/** How many of our clients the files allow, so that a check never fails because of their limits. */
export interface Pace {
  /** Attempts at one time. */
  readonly together: number
  /** One client publishes to itself where two would be one too many. */
  readonly clients: 'one' | 'two'
  /** A rule counts what one address does: every attempt comes from an address of its own. */
  readonly apart: boolean
  /** Milliseconds between the beginnings of two attempts. */
  readonly everyMs: number
  /** What bounds it, for the reader: `max_connections 3`. */
  readonly because: readonly string[]
}

/** Attempts of one scenario at one time where nothing in the files bounds them. */
const most = 8
/** A rule that bounds a rate is kept at a distance. */
const longestMs = 1000

export const unbounded: Pace = { together: most, clients: 'two', apart: false, everyMs: 0, because: [] }

/** The limits on a way: of the listener, of HAProxy, of its bind, frontend and servers, and of rules that count. */
export function paceOf(way: Way | undefined): Pace {
  if (way === undefined) return unbounded
  const bounds = [...connectionsOf(way)]
  const room = Math.min(...bounds.map((one) => one.most), Number.POSITIVE_INFINITY)
  const counting = countingRules(way.path)
  const rates = counting.flatMap(ratesIn)
  const slowest = Math.min(...rates, Number.POSITIVE_INFINITY)
  const bounded = bounds.filter((one) => one.most < 2 * most).map((one) => one.text)
  return {
    together: counting.length > 0 ? 1 : Math.max(1, Math.min(most, Math.floor(room / 2))),
    clients: room < 2 ? 'one' : 'two',
    apart: counting.length > 0,
    everyMs: Number.isFinite(slowest) ? Math.min(longestMs, Math.ceil(1000 / Math.max(slowest, 1))) : 0,
    because: [...new Set([...bounded, ...counting.map(textOf)])],
  }
}

interface Bound {
  readonly most: number
  readonly text: string
}

function connectionsOf({ listener, path }: Way): readonly Bound[] {
  const found: Bound[] = []
  const add = (value: number | undefined, text: string, taken = 0) => {
    if (value !== undefined && Number.isInteger(value) && value > 0)
      found.push({ most: value - taken, text: `${text} ${value}` })
  }
  // A health check is a connection to the broker as well.
  const checks = path.legs.filter(({ hop }) => hop.server.check.enabled !== undefined).length
  add(listener?.limits.connections?.value, 'a limit of the broker:', checks)
  for (const { at, hop } of path.legs) {
    add(numberOf(hop.server.maxconn?.value), 'maxconn of a server:')
    add(numberOf(lineValue(hop.backend.effective, 'maxconn')), 'maxconn of a proxy:')
    const { global } = hop.haproxy
    add(numberOf(lineValue(global.lines, 'maxconn')), 'global maxconn:')
    // Connections between two hops of one process count twice there.
    add(numberOf(lineValue(global.lines, 'maxconnrate')), 'global maxconnrate:')
    if (at === undefined) continue
    add(numberOf(lineValue(at.proxy.effective, 'maxconn')), 'maxconn of a proxy:')
    add(numberOf(lastKeyword(at.bind.keywords, 'maxconn')?.args[0]?.text), 'maxconn of a bind:')
    const { words = [] } = at.proxy.effective.findLast((line) => isLine(line, 'rate-limit')) ?? {}
    add(numberOf(words[2]?.text), 'rate-limit sessions:')
  }
  return found
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text)
}

function lineValue(lines: readonly HaproxyLine[], name: string): string | undefined {
  return lines.findLast((line) => isLine(line, name))?.words[1]?.text
}

function isLine(line: HaproxyLine, name: string): boolean {
  return line.words[0]?.text === name
}

/** Counters of stick tables, of proxies, and of connections. */
const counter =
  /\b(?:src|sc\d?|table)_(?:conn_(?:rate|cur|cnt)|sess_(?:rate|cnt)|bytes_(?:in|out)_rate|kbytes_(?:in|out)|http_req_(?:rate|cnt)|http_(?:err|fail)_(?:rate|cnt)|(?:get_)?gpc\d?(?:_rate)?|inc_gpc\d?|clr_gpc\d?|glitch_(?:rate|cnt)|trackers|updt_conn_cnt)\b|\b(?:fe|be|srv)_(?:conn(?:_free)?|sess_rate|req_rate)\b|\b(?:avg_)?queue\b|\bconnslots\b/

/** Rules on the way that decide by a count; those that only keep one decide nothing. */
function countingRules({ entry, legs }: ConnectionPath): readonly HaproxyLine[] {
  const proxies = new Set([
    ...(entry === undefined ? [] : [entry.proxy]),
    ...legs.flatMap(({ at, hop }) => [...(at === undefined ? [] : [at.proxy]), hop.backend]),
  ])
  return [...proxies].flatMap(({ effective }) => {
    const acls = new Set(
      effective.flatMap((line) =>
        isLine(line, 'acl') && line.words.slice(2).some((word) => counter.test(word.text)) ? [line.words[1]?.text] : [],
      ),
    )
    return effective.filter((line) => {
      if (!/^(?:tcp-request|http-request|use_backend)$/.test(line.words[0]?.text ?? '')) return false
      const at = line.words.findIndex(({ text }) => text === 'if' || text === 'unless')
      return at > 0 && line.words.slice(at).some(({ text }) => counter.test(text) || acls.has(text.replace(/^!/, '')))
    })
  })
}

/** Sessions a second that `{ fe_sess_rate gt 3 }` still allows. */
function ratesIn(line: HaproxyLine): readonly number[] {
  const words = line.words.map((word) => word.text)
  return words.flatMap((word, at) => {
    if (!/^(?:fe|be)_(?:sess|req)_rate\b/.test(word)) return []
    const value = Number(words[at + 2])
    return Number.isFinite(value) ? [value] : []
  })
}

function textOf(line: HaproxyLine): string {
  return line.words.map((word) => word.text).join(' ')
}

import type { HaproxyLine } from '../../config/haproxy/document.js'
import type { ProxyView } from '../../config/haproxy/view.js'
import { readCondition, testsOf } from './condition.js'
import { type ContentRule, contentRules, inspectDelay, outcomeOf, ruleLooks } from './content-rules.js'
import { expressionsIn, looksAtBytes, type Sample, sampleOf } from './expression.js'

/** A line that is decided by bytes of the client. */
export interface Look {
  readonly line: HaproxyLine
  readonly effect: 'filters' | 'routes' | 'sticks' | 'takes a value'
  /** What of the client's bytes it looks at; empty where a variable is in between. */
  readonly samples: readonly Sample[]
}

/** Lines of a frontend (or of the client's side of a `listen`) that look at bytes. */
export function looksInFront(proxy: ProxyView, fromBytes: ReadonlySet<string>): readonly Look[] {
  const routes = proxy.effective.filter((line) => line.words[0]?.text === 'use_backend')
  return [
    ...contentRules(proxy).flatMap((rule) => ofRule(rule, fromBytes)),
    ...routes.flatMap((line) =>
      look(line, 'routes', [...ofFormat(line.words[1]?.text), ...ofCondition(line, proxy)], fromBytes),
    ),
  ]
}

/** Lines of a backend (or of the server's side of a `listen`) that look at bytes; its content rules are not among them. */
export function looksBehind(proxy: ProxyView, fromBytes: ReadonlySet<string>): readonly Look[] {
  return proxy.effective.flatMap((line): readonly Look[] => {
    const [keyword, second, third] = line.words.map((one) => one.text)
    if (keyword === 'use-server') {
      return look(line, 'routes', [...ofFormat(second), ...ofCondition(line, proxy)], fromBytes)
    }
    if (keyword === 'stick' && /^(?:on|match|store-request)$/.test(second ?? '')) {
      return look(line, 'sticks', [sampleOf(third ?? ''), ...ofCondition(line, proxy)], fromBytes)
    }
    if (keyword === 'balance' && second === 'hash') return look(line, 'sticks', [sampleOf(third ?? '')], fromBytes)
    if ((keyword === 'balance' || keyword === 'persist') && second?.startsWith('rdp-cookie') === true) {
      return look(line, 'sticks', [sampleOf('rdp_cookie')], fromBytes)
    }
    return []
  })
}

export function looksOfRules(rules: readonly ContentRule[], fromBytes: ReadonlySet<string>): readonly Look[] {
  return rules.flatMap((rule) => ofRule(rule, fromBytes))
}

/** Whether bytes of the client are there once the rules of this proxy have been passed. */
export function waitsForBytes(proxy: Pick<ProxyView, 'effective'>): boolean {
  const delay = inspectDelay(proxy)
  return delay !== undefined && delay.value > 0 && outcomeOf(contentRules(proxy), false).waits
}

/** A rule that only accepts does nothing to anybody when it sees no bytes: those that wait for them are such. */
function ofRule(rule: ContentRule, fromBytes: ReadonlySet<string>): readonly Look[] {
  if (rule.action === 'accept') return []
  const effect = rule.action === 'cut' ? 'filters' : 'takes a value'
  return look(rule.line, effect, ruleLooks(rule), fromBytes)
}

function look(
  line: HaproxyLine,
  effect: Look['effect'],
  all: readonly Sample[],
  fromBytes: ReadonlySet<string>,
): readonly Look[] {
  const samples = all.filter(looksAtBytes)
  const byVariable = all.some((one) => one.kind === 'variable' && fromBytes.has(one.name))
  return samples.length > 0 || byVariable ? [{ line, effect, samples }] : []
}

function ofCondition(line: HaproxyLine, proxy: ProxyView): readonly Sample[] {
  const words = line.words.map((one) => one.text)
  return testsOf(readCondition(words, proxy)).map((one) => one.sample)
}

function ofFormat(text = ''): readonly Sample[] {
  return expressionsIn(text).map(sampleOf)
}

import type { BrokerDocument } from '../brokers/broker.js'
import { brokerOf, testedKinds } from '../brokers/index.js'
import type { HaproxyDocument } from '../config/haproxy/document.js'
import type { Span } from '../config/span.js'
import type { Finding } from '../kernel/result.js'
import type { RuleFinding } from './rule-finding.js'
import { findRule } from './rules.js'

/** `# mqtt-proxy ignore=MP103,MP407 -- reason`: for its own line, or for the next one when it is on a line of its own. */
export interface Pragma {
  readonly codes: readonly string[]
  readonly reason: string | undefined
  readonly span: Span
  /** Lines whose findings are suppressed. */
  readonly lines: readonly number[]
}

interface CommentedLine {
  readonly comment: string | undefined
  readonly empty: boolean
  readonly span: Span
}

export function pragmasOf(document: HaproxyDocument | BrokerDocument): readonly Pragma[] {
  if (!mentionsUs(document)) return []
  const lines = commentedLines(document)
  return lines.flatMap((line, index) => {
    const match = /^\s*mqtt-proxy\s+ignore=([A-Za-z0-9,-]+)(?:\s+--\s*(.*))?\s*$/.exec(line.comment ?? '')
    if (match === null) return []
    const next = line.empty ? lines.slice(index + 1).find((one) => !one.empty) : undefined
    return [
      {
        codes: (match[1] ?? '').split(',').map((code) => code.toUpperCase()),
        reason: match[2]?.trim() === '' ? undefined : match[2]?.trim(),
        span: line.span,
        lines: [line.span.line, ...(next === undefined ? [] : [next.span.line])],
      },
    ]
  })
}

function mentionsUs(document: HaproxyDocument | BrokerDocument): boolean {
  const named = (one: { readonly comment?: string | undefined }) => one.comment?.includes('mqtt-proxy') === true
  if ('lines' in document) return document.lines.some(named)
  return document.preamble.some(named) || document.sections.some((one) => named(one.header) || one.lines.some(named))
}

function commentedLines(document: HaproxyDocument | BrokerDocument): readonly CommentedLine[] {
  if ('lines' in document) {
    return document.lines.map((one) => ({ comment: one.comment, empty: one.key === undefined, span: one.span }))
  }
  const lines = [...document.preamble, ...document.sections.flatMap((one) => [one.header, ...one.lines])]
  return lines.map((one) => ({ comment: one.comment, empty: one.words.length === 0, span: one.span }))
}

/** Takes away what is ignored, and says which comments are wrong themselves. */
export function applyPragmas(
  findings: readonly Finding[],
  pragmas: readonly Pragma[],
): { readonly kept: readonly Finding[]; readonly wrong: readonly RuleFinding[] } {
  const used = new Set<Pragma>()
  const kept = findings.filter((finding) => {
    const found = pragmas.filter(
      (one) =>
        one.span.file === finding.at.file &&
        finding.at.line !== undefined &&
        one.lines.includes(finding.at.line) &&
        one.codes.includes(finding.code),
    )
    for (const one of found) used.add(one)
    return found.length === 0
  })
  return { kept, wrong: pragmas.flatMap((one) => wrongWith(one, used.has(one))) }
}

/** Codes for what real programs say: they are not our rules, but can be ignored too. */
function isProgramCode(code: string): boolean {
  return code === 'HA' || testedKinds.some((kind) => brokerOf(kind).run?.test?.code === code)
}

function wrongWith(pragma: Pragma, used: boolean): readonly RuleFinding[] {
  const unknown = pragma.codes.filter((code) => !isProgramCode(code) && findRule(code)?.code !== code)
  if (unknown.length > 0) return [{ at: pragma.span, message: `there is no rule ${unknown.join(', ')}` }]
  if (!used) return [{ at: pragma.span, message: `nothing to ignore here: ${pragma.codes.join(', ')} does not fire` }]
  if (pragma.reason === undefined) return [{ at: pragma.span, message: 'say why, after " -- "' }]
  return []
}

import { type Explanation, explainCode, nearestCode } from '../../explain/explain.js'
import type { LogSummary } from '../../explain/log.js'
import { isFile, readInput } from '../../host/files/input.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { printable } from '../../kernel/printable.js'
import { endingWords } from '../../mqtt-wire/packet-fault.js'

export interface LogExplained {
  readonly explanations: readonly Explanation[]
  readonly summary: LogSummary
}

/** Whether the argument names a log: `-`, or a file that is there. */
export function isLog(text: string): boolean {
  return text === '-' || (!/[\n\0]/.test(text) && text.length < 4096 && isFile(text))
}

/**
 * Everything a code can mean: HAProxy's termination codes, MQTT codes, our errors, rules and findings; a whole log line of HAProxy or a broker too.
 * @throws Fault MP-EXPLAIN (exit 2) with the nearest code
 */
export async function explain(text: string): Promise<readonly Explanation[]> {
  const found = await everyMeaning(text)
  if (found.length > 0) return found
  const [{ lintRules }, { findingCodes }] = await Promise.all([
    import('../../lint/rules.js'),
    import('../../probe/finding-codes.js'),
  ])
  const near = nearestCode(text, [...lintRules.map((one) => one.code), ...Object.keys(findingCodes)])
  throw new Fault('MP-EXPLAIN', `nothing is known about "${printable(text)}"`, {
    exit: EXIT.usage,
    hints: [
      ...(near === undefined ? [] : [`did you mean ${near}?`]),
      'known: termination codes of HAProxy (cD, SC), <NOSRV>, MQTT codes (5, 135, 0x87, not authorized), rules (MP401), findings of probe (MP-P301), errors (MP-NO-CONNACK), a log line of HAProxy or a broker in quotes',
    ],
  })
}

/**
 * A whole log: what happened in it, most frequent first. Its length does not matter to the memory.
 * @throws Fault MP-INPUT (exit 2) when it cannot be read
 */
export async function explainLog(name: string): Promise<LogExplained> {
  const { LogReader } = await import('../../explain/log.js')
  const reader = new LogReader()
  const decoder = new TextDecoder('utf-8', { ignoreBOM: false })
  let open = ''
  for await (const chunk of readInput(name)) {
    const lines = (open + decoder.decode(chunk, { stream: true })).split(/\r?\n/)
    open = (lines.pop() ?? '').slice(0, longestLine)
    for (const line of lines) reader.add(line)
  }
  const last = open + decoder.decode()
  if (last !== '') reader.add(last)
  return explained(reader.summary())
}

/** Characters of a line that are kept while its end has not come. */
const longestLine = 64 * 1024

function explained(summary: LogSummary): LogExplained {
  const explanations = summary.groups.map(({ count, first, last, line, ...one }) => ({
    kind: 'log text' as const,
    code: count === 1 ? `line ${first}` : `${count} lines, ${first} to ${last}`,
    ...one,
    more: [printable(line)],
    count,
  }))
  const examples = summary.examples.map((one) => ({ ...one, line: printable(one.line) }))
  return { explanations, summary: { ...summary, groups: [], examples } }
}

async function everyMeaning(text: string): Promise<readonly Explanation[]> {
  const found: Explanation[] = [...explainCode(text)]
  // Rules have names with hyphens beside their codes; there are many, and most codes are none of theirs.
  if (found.length === 0 || /^m?p|-/i.test(text)) found.push(...(await ofRulesAndFindings(text)))
  const words = endingWords(text.toUpperCase())
  if (words !== undefined) {
    const meaning = `the embedded broker ended the session: ${words}`
    found.push({ kind: 'error', code: text.toUpperCase(), meaning, more: [] })
  }
  return found.length === 0 && /[ {]/.test(text) ? await ofLine(text) : found
}

async function ofRulesAndFindings(text: string): Promise<readonly Explanation[]> {
  const [{ findRule }, { findingAbout }] = await Promise.all([
    import('../../lint/rules.js'),
    import('../../probe/finding-codes.js'),
  ])
  const found: Explanation[] = []
  const rule = findRule(text)
  if (rule !== undefined) {
    found.push({ kind: 'rule', code: rule.code, meaning: rule.summary, more: [rule.harm, `fix: ${rule.fix}`] })
  }
  const code = /^p\d{3}$/i.test(text) ? `MP-${text}` : text
  const finding = findingAbout(code)
  if (finding !== undefined) {
    const more = [finding.how, finding.harm, `fix: ${finding.fix}`]
    found.push({ kind: 'finding', code: code.toUpperCase(), meaning: finding.summary, more })
  }
  return found
}

async function ofLine(text: string): Promise<readonly Explanation[]> {
  const { readLogLine } = await import('../../explain/log-line.js')
  const line = readLogLine(text)
  if (line === undefined) return []
  if (line === 'normal') {
    const meaning = 'a line of normal operation: nothing is wrong'
    return [{ kind: 'log text', code: 'log line', meaning, more: [] }]
  }
  return [{ kind: 'log text', code: 'log line', ...line, more: [] }]
}

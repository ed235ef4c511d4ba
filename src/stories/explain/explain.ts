import { type Explanation, explainCode, nearestCode } from '../../explain/explain.js'
import { explainLogLine } from '../../explain/log-line.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { findRule, rules } from '../../lint/rules.js'
import { endingWords } from '../../mqtt-wire/packet-fault.js'
import { findingAbout, findingCodes } from '../../probe/finding-codes.js'

/**
 * Everything a code can mean: HAProxy's termination codes and log texts, MQTT codes, our errors, rules and findings; a whole log line too.
 * @throws Fault MP-EXPLAIN (exit 2) with the nearest code
 */
export function explain(text: string): readonly Explanation[] {
  const found = everyMeaning(text)
  if (found.length > 0) return found
  const near = nearestCode(text, [...rules.map((one) => one.code), ...Object.keys(findingCodes)])
  throw new Fault('MP-EXPLAIN', `nothing is known about "${text}"`, {
    exit: EXIT.usage,
    hints: [
      ...(near === undefined ? [] : [`did you mean ${near}?`]),
      'known: termination codes of HAProxy (cD, SC), <NOSRV>, MQTT codes (5, 135, 0x87, not authorized), rules (MP401), findings of probe (MP-P301), errors (MP-NO-CONNACK), a line of its log in quotes',
    ],
  })
}

/** Those lines of a log that say something, each named by its number, from 1, with its text behind the meaning. */
export function explainLines(log: string): readonly Explanation[] {
  return log.split(/\r?\n/).flatMap((line, index) => {
    const text = line.trim()
    if (text === '') return []
    return everyMeaning(text).map((one) => ({ ...one, code: `line ${index + 1}`, more: [...one.more, text] }))
  })
}

function everyMeaning(text: string): readonly Explanation[] {
  const rule = findRule(text)
  const found: Explanation[] = [...explainCode(text)]
  if (rule !== undefined) {
    found.push({ kind: 'rule', code: rule.code, meaning: rule.summary, more: [rule.harm, `fix: ${rule.fix}`] })
  }
  const code = /^p\d{3}$/i.test(text) ? `MP-${text}` : text
  const finding = findingAbout(code)
  if (finding !== undefined) {
    const more = [finding.how, finding.harm, `fix: ${finding.fix}`]
    found.push({ kind: 'finding', code: code.toUpperCase(), meaning: finding.summary, more })
  }
  const words = endingWords(text.toUpperCase())
  if (words !== undefined) {
    const meaning = `the embedded broker ended the session: ${words}`
    found.push({ kind: 'error', code: text.toUpperCase(), meaning, more: [] })
  }
  if (found.length === 0 && text.includes(' ')) {
    found.push(
      ...explainLogLine(text).map((meaning) => ({ kind: 'log text' as const, code: 'log line', meaning, more: [] })),
    )
  }
  return found
}

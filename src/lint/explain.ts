import { Fault } from '../kernel/errors.js'
import { EXIT } from '../kernel/exit.js'
import { nearest } from '../kernel/nearest.js'
import type { Rule } from './rule.js'
import { findRule, lintRules } from './rules.js'

/**
 * A rule by its code or name.
 * @throws Fault MP-LINT-RULE (exit 2) with the nearest one
 */
export function ruleNamed(text: string): Rule {
  const found = findRule(text)
  if (found !== undefined) return found
  const near = nearest(text.toUpperCase(), [
    ...lintRules.map((one) => one.code),
    ...lintRules.map((one) => one.name.toUpperCase()),
  ])
  throw new Fault('MP-LINT-RULE', `there is no rule "${text}"`, {
    exit: EXIT.usage,
    hints: [
      ...(near === undefined ? [] : [`did you mean ${findRule(near)?.code ?? near}?`]),
      `all of them: ${lintRules.map((one) => one.code).join(' ')}`,
    ],
  })
}

/**
 * Codes, beginnings of codes (`MP4`) or names, separated by commas.
 * @throws Fault MP-LINT-RULE (exit 2) for one that fits no rule
 */
export function parseChoice(words: readonly string[] | undefined): readonly string[] | undefined {
  const all = words
    ?.flatMap((word) => word.split(','))
    .map((word) => word.trim())
    .filter((word) => word !== '')
  for (const word of all ?? []) {
    const prefix = /^MP\d*$/i.test(word) && lintRules.some((one) => one.code.startsWith(word.toUpperCase()))
    if (!prefix) ruleNamed(word)
  }
  return all
}

import type { Reply } from './reply.js'
import type { CheckExpect } from './steps.js'

/** How a health check ends: passed, or why HAProxy takes the server down. */
export type CheckEnd = 'passed' | 'timeout' | 'empty' | 'mismatch'

/**
 * One reply against the `expect` rules behind it, which all look at the same bytes (measured on 3.2.26: also with `!`, nothing
 * but a closed connection is an empty response).
 * @returns undefined where it cannot be told
 */
export function endOf(reply: Reply, expects: readonly CheckExpect[]): CheckEnd | undefined {
  for (const expect of expects) {
    if (expect.judgedOtherwise) return undefined
    if (reply.hex === '') return reply.open ? 'timeout' : 'empty'
    const found = matches(reply.hex, expect)
    if (found === undefined) return undefined
    if (found === expect.negated) return 'mismatch'
  }
  return 'passed'
}

function matches(hex: string, { match, pattern }: CheckExpect): boolean | undefined {
  const text = Buffer.from(hex, 'hex').toString('latin1')
  switch (match) {
    case 'binary':
      return /^(?:[0-9a-f]{2})+$/i.test(pattern)
        ? text.includes(Buffer.from(pattern, 'hex').toString('latin1'))
        : undefined
    case 'rbinary':
      return tested(pattern, hex)
    case 'string':
      return text.includes(pattern)
    case 'rstring':
      return tested(pattern, text)
    default:
      return undefined
  }
}

function tested(pattern: string, text: string): boolean | undefined {
  // Regular expressions from a stranger: only short ones, without constructs that can run forever.
  if (pattern.length > 200 || /[+*}]\)?[+*{]/.test(pattern)) return undefined
  try {
    return new RegExp(pattern).test(text)
  } catch {
    return undefined
  }
}

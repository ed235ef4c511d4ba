import type { ConfigProblem } from '../span.js'
import type { HaproxyWord } from './document.js'

/** Looks up an environment variable; `undefined` when it is not set. */
export type Environment = (name: string) => string | undefined

export interface Words {
  readonly words: readonly HaproxyWord[]
  /** Text after `#`, without the sign and one leading space. */
  readonly comment: string | undefined
  readonly problems: readonly ConfigProblem[]
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }

/**
 * Splits one line as HAProxy does (configuration.txt 2.2 "Quoting and escaping", 2.3 "Environment variables"):
 * `#` starts a comment outside quotes; 'strong' quotes keep everything; "weak" quotes keep blanks and expand
 * `$NAME`, `${NAME}`, `${NAME-default}` and `${NAME[*]}`; `\` escapes outside strong quotes.
 */
export function splitWords(text: string, file: string, line: number, env: Environment): Words {
  const words: HaproxyWord[] = []
  const problems: ConfigProblem[] = []
  let at = 0
  while (at < text.length) {
    const char = text[at]
    if (isBlank(char)) {
      at++
    } else if (char === '#') {
      return { words, comment: text.slice(at + 1).replace(/^ /, ''), problems }
    } else {
      const end = readWord(text, at, file, line, env, words, problems)
      at = end
    }
  }
  return { words, comment: undefined, problems }
}

function readWord(
  text: string,
  start: number,
  file: string,
  line: number,
  env: Environment,
  words: HaproxyWord[],
  problems: ConfigProblem[],
): number {
  const span = (from: number, to: number) => ({ file, line, column: from + 1, endLine: line, endColumn: to + 1 })
  const unresolved: string[] = []
  let out = ''
  let quote: string | undefined
  let opened = start
  let at = start
  // The parts of a `"${LIST[*]}"`: each but the last becomes a word of its own.
  const done: string[] = []
  while (at < text.length) {
    const char = text[at] ?? ''
    if (quote === undefined && (isBlank(char) || char === '#')) break
    if (char === quote) {
      quote = undefined
      at++
    } else if (quote === undefined && (char === '"' || char === "'")) {
      quote = char
      opened = at
      at++
    } else if (char === '\\' && quote !== "'") {
      const escaped = readEscape(text, at)
      out += escaped.text
      at += escaped.length
    } else if (char === '$' && quote === '"') {
      const variable = readVariable(text, at)
      if (variable === undefined) {
        out += char
        at++
        continue
      }
      const value = env(variable.name) ?? variable.fallback
      if (value === undefined) {
        unresolved.push(variable.name)
        out += text.slice(at, at + variable.length)
      } else if (variable.list) {
        const parts = value.split(/ +/)
        out += parts.pop() ?? ''
        done.push(...parts)
      } else out += value
      at += variable.length
    } else {
      out += char
      at++
    }
  }
  if (quote !== undefined) {
    problems.push({
      code: 'unclosed-quote',
      message: `the ${quote === '"' ? 'double' : 'single'} quote is never closed`,
      span: span(opened, text.length),
      expected: `another ${quote} before the end of the line`,
    })
  }
  const raw = text.slice(start, at)
  for (const part of [...done, out]) {
    words.push({ text: part, raw, span: span(start, at), ...(unresolved.length > 0 && { unresolved }) })
  }
  return at
}

function readEscape(text: string, at: number): { readonly text: string; readonly length: number } {
  const next = text[at + 1]
  if (next === undefined) return { text: '\\', length: 1 }
  const hex = next === 'x' ? /^[0-9a-f]{2}/i.exec(text.slice(at + 2, at + 4))?.[0] : undefined
  if (hex !== undefined) return { text: String.fromCharCode(Number.parseInt(hex, 16)), length: 4 }
  const named = escapes[next]
  if (named !== undefined) return { text: named, length: 2 }
  if (' \\#\'"$'.includes(next)) return { text: next, length: 2 }
  return { text: '\\', length: 1 }
}

interface Variable {
  readonly name: string
  readonly fallback: string | undefined
  readonly list: boolean
  readonly length: number
}

function readVariable(text: string, at: number): Variable | undefined {
  const rest = text.slice(at)
  const braced = /^\$\{(\.?[A-Za-z_][A-Za-z0-9_]*)(\[\*\])?(?:-([^}]*))?\}/.exec(rest)
  const match = braced ?? /^\$([A-Za-z_][A-Za-z0-9_]*)/.exec(rest)
  const name = match?.[1]
  if (match === null || match === undefined || name === undefined) return undefined
  return { name, fallback: braced?.[3], list: braced?.[2] !== undefined, length: match[0].length }
}

function isBlank(char: string | undefined): boolean {
  return char === ' ' || char === '\t'
}

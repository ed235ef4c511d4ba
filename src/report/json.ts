import type { RunResult } from '../kernel/result.js'

export function renderJson(result: RunResult): string {
  return `${jsonText(result, 2)}\n`
}

/** The same document, with characters that turn the direction of writing or end a line as escapes. */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(
    /[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    escaped,
  )
}

function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
}

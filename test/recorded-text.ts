import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'

const update = process.env.UPDATE_RECORDED === '1'

/**
 * A file of sections, `## NAME` and text: what the code said when somebody read it and found it right. UPDATE_RECORDED=1
 * writes it; read each change of it before it is committed.
 */
export function recordedIn(file: URL) {
  const path = fileURLToPath(file)
  const text = existsSync(path) && !update ? readFileSync(path, 'utf8') : ''
  const sections = new Map(
    text
      .split(/^## /m)
      .slice(1)
      .map((one) => [one.slice(0, one.indexOf('\n')), one.slice(one.indexOf('\n') + 1).trimEnd()]),
  )
  return {
    names: () => [...sections.keys()],
    expect: (name: string, is: string) => {
      if (!update) return expect(is.trimEnd()).toBe(sections.get(name) ?? `(nothing is recorded of "${name}")`)
      sections.set(name, is.trimEnd())
      writeFileSync(path, [...sections].map(([title, body]) => `## ${title}\n${body}\n`).join('\n'))
    },
  }
}

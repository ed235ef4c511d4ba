import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'

/**
 * Holds a whole report to the one in `recorded/`, which a person has read. `UPDATE_RECORDED=1` writes it: read what
 * changed before you commit it.
 */
export function expectRecorded(name: string, text: string): void {
  const file = join(import.meta.dirname, 'recorded', name)
  if (process.env.UPDATE_RECORDED === '1') {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  expect(text).toBe(readFileSync(file, 'utf8'))
}

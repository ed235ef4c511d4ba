import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { committedFiles } from '../../src/scenarios/committed.js'

const folder = join(import.meta.dirname, '../../haproxy-configs')

function onDisk(dir = folder): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name)
    return entry.isDirectory() ? onDisk(path) : [relative(folder, path).replaceAll('\\', '/')]
  })
}

describe('haproxy-configs', () => {
  const wanted = committedFiles()

  it('holds exactly the files that the table makes (npm run build && node scripts/haproxy-configs.mjs)', () => {
    expect(onDisk().sort()).toEqual([...wanted.keys()].sort())
  })

  it.each([...wanted.keys()])('%s is what the table makes', (path) => {
    expect(readFileSync(join(folder, path), 'utf8')).toBe(wanted.get(path))
  })
})

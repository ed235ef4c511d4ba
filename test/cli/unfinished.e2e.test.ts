import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'

/** A program whose only work never settles and holds nothing. */
async function waiting(json: boolean) {
  const code = `const { guardAgainstSilence } = await import('./dist/cli/unfinished.js')
guardAgainstSilence(${json})
await new Promise(() => {})`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code])
  const [stdout, stderr, [exit]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { stdout, stderr, exit }
}

describe('a loop that runs empty before there is a result', () => {
  it('is a defect that is said', async () => {
    const { stdout, stderr, exit } = await waiting(false)
    expect(exit).toBe(70)
    expect(stdout).toBe('')
    expect(stderr).toContain('MP-BUG')
  })

  it('is one document under --json', async () => {
    const { stdout, exit } = await waiting(true)
    expect(exit).toBe(70)
    expect(JSON.parse(stdout)).toMatchObject({ schema: 1, ok: false, error: { code: 'MP-BUG' } })
  })
})

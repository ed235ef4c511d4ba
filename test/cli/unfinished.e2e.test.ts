import { describe, expect, it } from 'vitest'
import { run } from '../program.js'

/** A program whose only work never settles and holds nothing. */
function waiting(json: boolean) {
  const code = `const { guardAgainstSilence } = await import('./dist/cli/unfinished.js')
guardAgainstSilence(${json})
await new Promise(() => {})`
  return run(process.execPath, ['--input-type=module', '-e', code])
}

describe('a loop that runs empty before there is a result', () => {
  it('is a defect that is said', async () => {
    const { stdout, stderr, code } = await waiting(false)
    expect(code).toBe(70)
    expect(stdout).toBe('')
    expect(stderr).toContain('MP-BUG')
  })

  it('is one document under --json', async () => {
    const { stdout, code } = await waiting(true)
    expect(code).toBe(70)
    expect(JSON.parse(stdout)).toMatchObject({ schema: 1, ok: false, error: { code: 'MP-BUG' } })
  })
})

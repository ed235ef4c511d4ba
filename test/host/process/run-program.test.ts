import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { owned } from '../../../src/host/process/lifetime.js'
import { runProgram } from '../../../src/host/process/run-program.js'

const node = process.execPath

describe('runProgram', () => {
  it('returns both outputs and the exit code', async () => {
    const done = await runProgram(node, ['-e', `console.log('out'); console.error('err'); process.exit(3)`])
    expect(done).toEqual({ code: 3, signal: undefined, stdout: 'out\n', stderr: 'err\n' })
  })

  it('ends a program that takes too long', async () => {
    await expect(runProgram(node, ['-e', 'setInterval(() => {}, 1000)'], { timeoutMs: 300 })).rejects.toMatchObject({
      code: 'MP-PROGRAM-TIMEOUT',
    })
    expect(owned()).toEqual([])
  })

  it('tells a program that is not there from a script without its interpreter', async () => {
    const folder = await makeWorkdir('test')
    const script = join(folder.path, 'script')
    writeFileSync(script, '#!/nonexistent/interpreter\n', { mode: 0o755 })
    await expect(runProgram(script, [])).rejects.toThrow('what is to run it is missing')
    await expect(runProgram(`${script}2`, [])).rejects.toThrow('there is no such program')
    await folder.remove()
  })
})

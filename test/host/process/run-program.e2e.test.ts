import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runProgram } from '../../../src/host/process/run-program.js'

describe('runProgram', () => {
  it('does not keep us alive for what an ended program has left running', async () => {
    const source = `
      import { runProgram } from ${JSON.stringify(join(import.meta.dirname, '../../../dist/host/process/run-program.js'))}
      await runProgram('/bin/sh', ['-c', 'sleep 60 & echo $!']).then(({ stdout }) => console.log(stdout))`
    const { stdout } = await runProgram(process.execPath, ['--input-type=module', '-e', source], { timeoutMs: 30_000 })
    expect(process.kill(Number(stdout))).toBe(true)
  })
})

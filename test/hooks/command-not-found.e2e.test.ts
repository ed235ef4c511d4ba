import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const bin = join(import.meta.dirname, '../../bin/run.js')
const run = (...args: string[]) => spawnSync(process.execPath, [bin, ...args], { encoding: 'utf8' })

describe('a mistyped command', () => {
  it('gets a suggestion without a terminal, and exits 127', () => {
    const { status, stdout, stderr } = run('prob', '127.0.0.1')
    expect(status).toBe(127)
    expect(stdout).toBe('')
    expect(stderr).toContain('did you mean: mqtt-proxy probe')
  })

  it('is one document under --json', () => {
    const { status, stdout, stderr } = run('prob', '--json')
    expect(status).toBe(127)
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toMatchObject({ schema: 1, ok: false, error: { code: 'MP-COMMAND' } })
  })
})

it('a flag that does not exist is one small document under --json, exit 2', () => {
  const { status, stdout } = run('scenarios', '--bogus', '--json')
  expect(status).toBe(2)
  expect(JSON.parse(stdout)).toMatchObject({
    ok: false,
    error: { code: 'MP-USAGE', message: 'Nonexistent flag: --bogus' },
  })
})

it('-h alone is help, -h HOST is the host', () => {
  expect(run('probe', '-h').stdout).toContain('USAGE')
  const { stdout, stderr } = run('send', '-h', '127.0.0.1', '-p', '1', '--json')
  expect(stdout + stderr).not.toContain('USAGE')
  expect(JSON.parse(stdout)).toMatchObject({ ok: false })
})

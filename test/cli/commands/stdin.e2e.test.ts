import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const cli = join(import.meta.dirname, '../../../bin/run.js')

/** Runs a shell line in which `$mqtt_proxy` is the program. */
async function shell(line: string) {
  const env = { ...process.env, node: process.execPath, cli }
  const child = spawn('sh', ['-c', `mqtt_proxy() { "$node" "$cli" "$@"; }\n${line}`], { env })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (data) => (stdout += data))
  child.stderr.on('data', (data) => (stderr += data))
  const [code]: unknown[] = await once(child, 'close')
  return { code, stdout, stderr }
}

describe('stdin', () => {
  it('is left to the loop that reads it: no command takes an argument from there', async () => {
    const { stdout } = await shell(
      `printf 'one\\ntwo\\nthree\\n' | while read -r name; do echo "at $name"; mqtt_proxy scenarios --json; done`,
    )
    expect(stdout.match(/^at .*$/gm)).toEqual(['at one', 'at two', 'at three'])
    expect(stdout.match(/"id": "tcp"/g)?.length).toBe(3)
  })

  it('is no code to explain unless - says so', async () => {
    const without = await shell(`echo cD | mqtt_proxy explain`)
    expect(without).toMatchObject({ code: 2, stderr: expect.stringContaining('missing: CODE') })
    const asked = await shell(`echo cD | mqtt_proxy explain - --json`)
    expect(asked.code).toBe(0)
    expect(JSON.parse(asked.stdout)).toMatchObject({ lines: 1, unknown: 1 })
  })

  it('is no target of send, whose message it is', async () => {
    const { code, stdout } = await shell(`printf '127.0.0.1:1' | mqtt_proxy send -h 256.256.256.256 -m - -t t --json`)
    expect(JSON.parse(stdout).ok).toBe(false)
    expect(stdout).not.toContain('127.0.0.1:1')
    expect(code).not.toBe(0)
  })
})

import { describe, expect, it } from 'vitest'
import { shell } from '../../cli.js'

describe('stdin', () => {
  it('is left to the loop that reads it: no command takes an argument from there', async () => {
    const { stdout } = await shell(
      `printf 'one\\ntwo\\nthree\\n' | while read -r name; do echo "at $name"; mqtt-proxy scenarios --json; done`,
    )
    expect(stdout.match(/^at .*$/gm)).toEqual(['at one', 'at two', 'at three'])
    expect(stdout.match(/"id": "tcp"/g)?.length).toBe(3)
  })

  it('is no code to explain unless - says so', async () => {
    const without = await shell(`echo cD | mqtt-proxy explain`)
    expect(without).toMatchObject({ code: 2, stderr: expect.stringContaining('missing: CODE') })
    const asked = await shell(`echo cD | mqtt-proxy explain - --json`)
    expect(asked.code).toBe(0)
    expect(JSON.parse(asked.stdout)).toMatchObject({ lines: 1, unknown: 1 })
  })

  it('is no target of send, whose message it is', async () => {
    const { code, stdout } = await shell(`printf '127.0.0.1:1' | mqtt-proxy send -h 256.256.256.256 -m - -t t --json`)
    expect(JSON.parse(stdout).ok).toBe(false)
    expect(stdout).not.toContain('127.0.0.1:1')
    expect(code).not.toBe(0)
  })
})

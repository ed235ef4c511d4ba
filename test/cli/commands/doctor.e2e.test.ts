import { afterEach, describe, expect, it } from 'vitest'
import { endAll } from '../../../src/host/process/lifetime.js'
import { mqttProxy } from '../../cli.js'
import { processesWith } from '../../host/processes.js'

afterEach(endAll)

function doctor(args: readonly string[], env: Record<string, string> = {}) {
  return mqttProxy(['doctor', ...args], { env })
}

describe('doctor', () => {
  it('ends with the verdict, exit 0, when check can run', async () => {
    const { code, stdout } = await doctor([])
    expect(code).toBe(0)
    expect(stdout.trim().split('\n').at(-1)).toMatch(/^Ready: 11 of 11 scenarios can run here/)
    expect(stdout).toMatch(/✔ mosquitto +2\.1\.\d+ reads PROXY headers v1 and v2/)
  })

  it('ends with 3 and what to type when HAProxy is not to be had', async () => {
    const { code, stdout } = await doctor(['--json'], { HAPROXY_PROGRAM: '/nowhere/haproxy' })
    expect(code).toBe(3)
    const document = JSON.parse(stdout)
    expect(document).toMatchObject({ schema: 1, ok: false, verdict: expect.stringMatching(/^Not ready/) })
    expect(document.items.find(({ id }: { id: string }) => id === 'haproxy')).toMatchObject({ status: 'wrong' })
  })

  it('leaves nothing running', async () => {
    const before = processesWith('epmd')
    const { stdout } = await doctor(['--json'])
    expect(JSON.parse(stdout).ok).toBe(true)
    const daemons = processesWith('epmd').filter((pid) => !before.includes(pid))
    expect(daemons.filter((pid) => processesWith('-daemon').includes(pid))).toEqual([])
  })
})

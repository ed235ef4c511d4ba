import { rmSync } from 'node:fs'
import { expect, it } from 'vitest'
import { runWithToy } from './overlay.js'

/** Of a group: its name, its cases with their status, what is likely at fault, and notes. */
type Summary = readonly (readonly [string, readonly string[], readonly string[]])[]

it('check runs a new kind of broker by its folder and its driver alone', async () => {
  const { folder, knows } = await runWithToy('check-entry', process.env)
  rmSync(folder, { recursive: true, force: true })
  const { generated, own, inFolder, broken, leftOut } = knows as Record<string, Summary>
  for (const run of [generated, own, inFolder]) {
    expect(run).toEqual([['proxy', expect.arrayContaining(['passed proxy/header-through-haproxy']), []]])
    // Its folder says that it has no QoS 2, and it has: that is what fails, and nothing else.
    expect(run?.[0]?.[1].filter((one) => !one.startsWith('passed'))).toEqual(['failed proxy/publish-qos-2'])
  }
  expect(own?.[0]?.[1]).toContain('passed proxy/health-checks')
  expect(leftOut).toEqual(['toy_bell loud is left out: it is not known to mqtt-proxy'])
  expect(broken?.[0]?.[1]).toContain('failed proxy/connect-5.0')
  expect(new Set(broken?.[0]?.[2])).toEqual(
    new Set([
      'haproxy.cfg:31 broker1 (127.0.0.1:1884) sends a PROXY header that the Toy listener 127.0.0.1:1884 cannot read: every client is cut off',
    ]),
  )
})

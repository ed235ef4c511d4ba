import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { freePort, freePorts, portIsFree } from '../../src/host/ports.js'

describe('freePorts', () => {
  it('never hands out a port twice', async () => {
    const ports = [...(await freePorts(50)), ...(await freePorts(50))]
    expect(new Set(ports).size).toBe(100)
  })
})

describe('portIsFree', () => {
  it('sees a listener come and go', async () => {
    const port = await freePort()
    expect(await portIsFree(port)).toBe(true)
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    expect(await portIsFree(port)).toBe(false)
    await new Promise((resolve) => server.close(resolve))
    expect(await portIsFree(port)).toBe(true)
  })
})

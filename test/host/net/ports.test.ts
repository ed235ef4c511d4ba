import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { freePort, freePorts, portIsFree } from '../../../src/host/net/ports.js'

describe('freePorts', () => {
  it('never hands out a port twice', async () => {
    const ports = [...(await freePorts(50)), ...(await freePorts(50))]
    expect(new Set(ports).size).toBe(100)
  })

  it('says that an address is not of this machine', async () => {
    // 2001:db8::/32 and 192.0.2.0/24 are for documentation: nobody has them.
    for (const host of ['2001:db8::1', '192.0.2.1']) {
      await expect(freePorts(1, host)).rejects.toMatchObject({ code: 'MP-NO-PORT', exit: 3 })
    }
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

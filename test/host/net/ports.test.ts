import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { freePort, freePorts, onFreePorts, portIsFree, portTaken } from '../../../src/host/net/ports.js'

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

describe('onFreePorts', () => {
  const failing = (times: number, fault: Error) => {
    let tries = 0
    return { start: async () => (tries++ < times ? Promise.reject(fault) : 'runs'), tried: () => tries }
  }

  it('starts again where a port was taken, three times at most', async () => {
    expect(await onFreePorts(failing(2, portTaken(1, 'x')).start)).toBe('runs')
    const hopeless = failing(9, portTaken(1, 'x'))
    await expect(onFreePorts(hopeless.start)).rejects.toMatchObject({ code: 'MP-PORT-TAKEN', exit: 3 })
    expect(hopeless.tried()).toBe(3)
  })

  it('does not repeat what failed for another reason', async () => {
    const other = failing(1, new Error('no'))
    await expect(onFreePorts(other.start)).rejects.toThrow('no')
    expect(other.tried()).toBe(1)
  })
})

import { afterEach, describe, expect, it } from 'vitest'
import { endAll, own, owned } from '../../../src/host/process/lifetime.js'

afterEach(endAll)

describe('endAll', () => {
  it('closes what came later, too, after there was nothing to close', async () => {
    await endAll()
    const closed: string[] = []
    own('a thing', () => void closed.push('a thing'))
    await endAll()
    expect(closed).toEqual(['a thing'])
    expect(owned()).toEqual([])
  })

  it('closes the newest first, each once, however often it is asked meanwhile', async () => {
    const closed: string[] = []
    for (const name of ['first', 'second']) {
      own(name, async () => {
        await new Promise(setImmediate)
        closed.push(name)
      })
    }
    await Promise.all([endAll(), endAll()])
    expect(closed).toEqual(['second', 'first'])
  })
})

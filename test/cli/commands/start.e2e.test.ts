import { describe, expect, it } from 'vitest'
import { mqttProxy } from '../../cli.js'

/** At the end it says which files of packages were read. */
const listing = `import { createRequire } from 'node:module'
const { cache } = createRequire('file:///')
process.on('exit', () => console.error('read:', Object.keys(cache).filter((file) => file.includes('node_modules')).join(' ')))`

describe('the program', () => {
  it.each(['test', 'development', 'production'])('reads no compiler with NODE_ENV=%s', async (mode) => {
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(listing)}`
    const { code, stdout, stderr } = await mqttProxy(['explain', 'cD'], { env: { NODE_OPTIONS, NODE_ENV: mode } })
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'read: \n' })
    expect(stdout).toContain('termination code')
  })
})

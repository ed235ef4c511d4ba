import { describe, expect, it } from 'vitest'
import { parseCuttlefish } from '../../../src/brokers/cuttlefish.js'
import { readBroker } from '../../../src/brokers/index.js'
import { renderEntries } from '../../../src/config/entries.js'

const main = 'listener.tcp.default = 127.0.0.1:1884\ninclude conf.d/*.conf\nallow_anonymous = off\n'

describe('include', () => {
  it('reads the files in their place; a later line of a key counts', () => {
    const asked: string[] = []
    const { listeners, problems, documents } = readBroker('vernemq', main, 'v.conf', {
      readInclude: (path, from) => {
        asked.push(`${path} from ${from}`)
        return [
          { file: 'conf.d/a.conf', text: 'listener.tcp.default.proxy_protocol = on\nallow_anonymous = on\n' },
          { file: 'conf.d/b.conf', text: 'listener.ws.web = 127.0.0.1:8081\n' },
        ]
      },
    })
    expect(asked).toEqual(['conf.d/*.conf from v.conf'])
    expect(problems).toEqual([])
    expect(documents.map((one) => one.file)).toEqual(['v.conf', 'conf.d/a.conf', 'conf.d/b.conf'])
    expect(listeners.map((one) => [one.transport, one.header.accepts, one.span.file])).toEqual([
      ['tcp', [1, 2], 'v.conf'],
      ['ws', [], 'conf.d/b.conf'],
    ])
    expect(listeners[0]?.login.anonymous).toMatchObject({ value: false, span: { file: 'v.conf', line: 3 } })
  })

  it('is said to be unread where the files are not here, and does not loop', () => {
    const { unread } = readBroker('vernemq', main, 'v.conf', { readInclude: () => undefined })
    expect(unread).toMatchObject([{ what: 'include', span: { line: 2 } }])
    const loop = readBroker('vernemq', main, 'v.conf', { readInclude: () => [{ file: 'v.conf', text: main }] })
    expect(loop.documents).toHaveLength(1)
  })

  it('keeps every byte', () => {
    const { document, problems } = parseCuttlefish(main, 'v.conf')
    expect(problems).toEqual([])
    expect(renderEntries(document)).toBe(main)
  })
})

it('settings of all listeners of a kind are no listeners', () => {
  const { listeners } = readBroker(
    'vernemq',
    'listener.ssl.pskfile = ./a.psk\nlistener.ssl.pskfile_separator = :\nlistener.tcp.active_n = 100\nlistener.ws.max_header_value_length = 4096\n',
    'v.conf',
  )
  expect(listeners).toEqual([])
})

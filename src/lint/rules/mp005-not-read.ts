import type { Rule } from '../rule.js'

export const notRead: Rule = {
  code: 'MP005',
  name: 'not-read',
  summary: 'A file, or a part of one, that was not read.',
  severity: 'info',
  also: ['warning'],
  harm: 'Nothing is said about it: what is wrong there is not found, and what seems to be missing may be there.',
  evidence: 'Our own reading: each kind of file that we read is listed in the README.',
  fix: 'Name a file of a kind that is read, or the HAProxy whose conditions count: --haproxy-version 3.2',
  *check({ notRead: all = [], haproxies, brokers }) {
    const nothing = haproxies.length + brokers.length === 0
    for (const { what, name, why, span } of all) {
      if (what === 'format' || what === 'file') {
        yield { at: span, message: `not read: ${why}`, ...(nothing && { severity: 'warning' }) }
      } else if (what === 'branch') yield { at: span, message: `both branches of "${name}" were not read: ${why}` }
    }
  },
}

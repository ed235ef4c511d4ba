import { eachLink, type Front } from '../links.js'
import type { Rule } from '../rule.js'
import { listenerName } from '../say.js'

export const unverifiedCn: Rule = {
  code: 'MP410',
  name: 'unverified-cn',
  summary: 'The CN of a certificate that nobody verified becomes the username.',
  severity: 'error',
  harm: 'Anyone with a self-made certificate is whoever its CN says.',
  evidence:
    'HAProxy 2.6 with ca-ignore-err all crt-ignore-err all and -ssl-cn: VerneMQ 2.2.0 took alice from a certificate of an untrusted CA; it never looks at the verify result.',
  fix: 'verify required, and no ca-ignore-err or crt-ignore-err.',
  unproven: 'VerneMQ is not among the programs that tools install fetches; measured on 2.2.0.',
  *check({ links }) {
    yield* eachLink(links, (link) => {
      const { receiver, server } = link
      const { origin } = receiver
      if (origin.broker !== 'vernemq' || !origin.listener.usesCn || !server.header.cn) return undefined
      const front = link.fronts.find(ignoresErrors)
      const ignored = front?.bind.ignoreErrors[0]
      if (front === undefined || ignored === undefined) return undefined
      return {
        at: ignored.span,
        message: `a certificate of any CA passes here, and ${listenerName(receiver)} takes its CN for the username`,
        related: [{ span: server.header.span ?? server.address.span, message: 'sends the CN' }],
        fix: { text: 'verify required without ca-ignore-err and crt-ignore-err' },
      }
    })
  },
}

function ignoresErrors({ bind }: Front): boolean {
  const asks = bind.ssl !== undefined && bind.verify !== undefined && bind.verify.value !== 'none'
  return asks && bind.ignoreErrors.length > 0
}

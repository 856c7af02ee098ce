import { describe } from 'node:test'
import { conditions } from './expectations/conditions.js'
import { configuration } from './expectations/configuration.js'
import { contents } from './expectations/contents.js'
import { headers } from './expectations/headers.js'
import { names } from './expectations/names.js'
import { ranges } from './expectations/ranges.js'
import { refusals } from './expectations/refusals.js'
import { rules } from './expectations/rules.js'
import type { OtherServer } from './other-server.js'
import type { ProxyServer } from './servers.js'
import { type Site, useSite } from './site.js'

const EXPECTATIONS = [configuration, names, contents, headers, conditions, ranges, rules, refusals]

/** Runs all that must hold behind every server, and what is about this one alone. */
export function testProxy(proxy: ProxyServer, { own, other }: OwnExpectations = {}): void {
  describe(proxy.name, () => {
    const site = useSite(proxy, other)
    for (const expect of EXPECTATIONS) expect(site)
    own?.(site)
  })
}

/** What one server has beside the others. */
export interface OwnExpectations {
  readonly own?: ((site: Site) => void) | undefined
  /** A server that some of the files lie on. */
  readonly other?: OtherServer | undefined
}

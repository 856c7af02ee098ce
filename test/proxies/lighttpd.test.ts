import { testProxy } from './expectations.js'
import { proxies } from './servers.js'

testProxy(proxies.lighttpd)

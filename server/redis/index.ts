/** `everwire/server/redis`: a log in Redis Streams. */
export type { IoRedisLike, NodeRedisLike, RedisClient } from './commands.ts';
export { type RedisLogOptions, redisLog } from './redis-log.ts';

<?php

declare(strict_types=1);

namespace Reverb\Laravel\Config;

use Reverb\Laravel\Exceptions\InvalidSetting;

/**
 * Whether and how several servers work as one: `reverb.servers.reverb.scaling`.
 */
final class ScalingSettings
{
    /** What Laravel's Redis clients take from the options of all connections. */
    private const SHARED_OPTIONS = ['context', 'parameters', 'password', 'scheme', 'ssl', 'username'];

    /**
     * @param  array<string, mixed>  $server  where Redis is; empty while scaling is off
     */
    private function __construct(
        public readonly bool $enabled,
        public readonly string $channel,
        public readonly string $prefix,
        public readonly string $connections,
        private readonly array $server,
    ) {}

    /**
     * @param  Settings  $scaling  `reverb.servers.reverb.scaling`
     * @param  mixed  $database  `database.redis` of the configuration, for when `server` is empty
     *
     * @throws InvalidSetting
     */
    public static function read(Settings $scaling, mixed $database): self
    {
        $enabled = $scaling->boolean('enabled', false);
        $connections = $scaling->string('connections', 'node');

        if (! in_array($connections, ['node', 'cluster'], true)) {
            throw InvalidSetting::mustBe($scaling->name('connections'), '"node" or "cluster"', $connections);
        }

        // Settings of a Redis that is not used may be whatever they are.
        $server = $scaling->section('server');

        return new self(
            $enabled,
            $scaling->string('channel', 'reverb'),
            $scaling->string('prefix', ''),
            $connections,
            $enabled ? RedisSettings::read($server->all() === [] ? self::ofLaravel($scaling, $database) : $server) : [],
        );
    }

    /**
     * `scaling` of the extension's configuration.
     *
     * @return array<string, mixed>
     */
    public function toArray(): array
    {
        return [
            'enabled' => $this->enabled,
            'channel' => $this->channel,
            'prefix' => $this->prefix,
            'connections' => $this->connections,
            'server' => $this->server,
        ];
    }

    private static function ofLaravel(Settings $scaling, mixed $database): Settings
    {
        $redis = Settings::of($database ?? [], 'database.redis');

        if ($redis->section('default')->all() === []) {
            throw InvalidSetting::because(
                $scaling->name('server'), "is empty, and so is {$redis->name('default')}, which then counts. One of them has to say where Redis is."
            );
        }

        $connection = $redis->section('default');

        foreach ([$redis->section('options'), $connection->section('options')] as $options) {
            foreach (self::SHARED_OPTIONS as $key) {
                $connection = $options->value($key) === null ? $connection : $connection->with($key, $options->value($key), $options->name($key));
            }
        }

        return $connection;
    }
}

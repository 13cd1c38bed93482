<?php

declare(strict_types=1);

namespace Reverb\Laravel\Native;

use Reverb\ConfigurationException;
use Reverb\Laravel\Config\ServerConfiguration;
use Reverb\Laravel\Exceptions\CannotStart;
use Reverb\Publisher;
use Reverb\Server;

/**
 * The PHP extension `reverb`: whether it is there, whether it fits, and what it makes. Nothing else
 * in the package asks for it or creates its objects, so without it everything else still works.
 */
final class Extension
{
    /**
     * The oldest extension that has all this package calls. Within a major version (a minor one
     * before 1.0) newer ones keep it.
     */
    public const REQUIRED = '0.1.0';

    /**
     * @param  ?string  $version  of the one that is loaded, null for none
     */
    public function __construct(
        public readonly ?string $version,
    ) {}

    public static function loaded(): self
    {
        return new self(phpversion('reverb') ?: null);
    }

    public function usable(): bool
    {
        return $this->version !== null && $this->fits($this->version);
    }

    /**
     * @throws CannotStart saying what to install
     */
    public function ensureUsable(): void
    {
        if ($this->version === null) {
            throw new CannotStart(self::howToInstall());
        }

        if (! $this->fits($this->version)) {
            throw new CannotStart(
                'This version of reverb-native/laravel needs the reverb extension '.self::REQUIRED
                ." or a later one compatible with it, and {$this->version} is loaded. "
                .'Install the one that fits (pecl install reverb), or update the package (composer update reverb-native/laravel).'
            );
        }
    }

    /**
     * @throws CannotStart
     */
    public function server(ServerConfiguration $configuration): Server
    {
        try {
            return new Server($configuration->toArray());
        } catch (ConfigurationException $e) {
            throw $configuration->refused($e->setting, $e->getMessage());
        }
    }

    /**
     * Serves until the server ends.
     *
     * @throws CannotStart for what cannot be had, such as a port in use
     */
    public function run(Server $server, ServerConfiguration $configuration): void
    {
        try {
            $server->run();
        } catch (ConfigurationException $e) {
            throw $configuration->refused($e->setting, $e->getMessage());
        }
    }

    /**
     * Publishes through a server's unix socket. Does not connect yet.
     */
    public function publisher(string $socket): Publisher
    {
        return new Publisher(['socket' => $socket]);
    }

    /**
     * Publishes by Redis to all servers that share it. Does not connect yet.
     *
     * @param  array<string, mixed>  $options
     */
    public function redisPublisher(array $options): Publisher
    {
        return new Publisher($options);
    }

    /**
     * For a question of its own: publishers share a connection only with those of the same timeouts.
     *
     * @param  float  $timeout  seconds for each of connecting and answering
     */
    public function enquirer(string $socket, float $timeout): Publisher
    {
        return new Publisher(['socket' => $socket, 'connect_timeout' => $timeout, 'timeout' => $timeout]);
    }

    private function fits(string $version): bool
    {
        return version_compare($version, self::REQUIRED, '>=')
            && self::series($version) === self::series(self::REQUIRED);
    }

    /**
     * The part of a version within which nothing is taken away: "1" of 1.4.2, "0.3" of 0.3.1.
     */
    private static function series(string $version): string
    {
        [$major, $minor] = [...explode('.', $version), '0'];

        return $major === '0' ? "0.{$minor}" : $major;
    }

    private static function howToInstall(): string
    {
        $file = php_ini_loaded_file();

        return 'The PHP extension "reverb", which is the server, is not loaded. Install it with "pecl install reverb" and '
            .'put "extension=reverb" into '.($file === false ? 'the php.ini of the command line' : $file)
            .'; "php --ri reverb" then shows it.';
    }
}

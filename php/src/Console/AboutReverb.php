<?php

declare(strict_types=1);

namespace Reverb\Laravel\Console;

use Closure;
use Composer\InstalledVersions;
use Illuminate\Contracts\Config\Repository;
use Illuminate\Foundation\Console\AboutCommand;
use Reverb\ConnectException;
use Reverb\Laravel\Broadcasting\PublishingWay;
use Reverb\Laravel\Exceptions\NoStatus;
use Reverb\Laravel\Native\Extension;
use Reverb\Laravel\Status\ServerStatus;
use Reverb\Laravel\Status\StatusReader;
use Reverb\Laravel\Status\StatusReport;
use Symfony\Component\Console\Formatter\OutputFormatter;

/**
 * The section "Reverb" of `php artisan about`. What is wrong is a line of it, and a server that does
 * not answer soon is one that does not answer.
 */
final class AboutReverb
{
    private const PACKAGE = 'reverb-native/laravel';

    /** Seconds for each of connecting and answering. */
    private const TIMEOUT = 0.25;

    public function __construct(
        private readonly Extension $extension,
        private readonly PublishingWay $way,
        private readonly StatusReader $reader,
        private readonly Repository $config,
    ) {}

    /**
     * @return array<string, Closure(bool): mixed> by title
     */
    public function lines(): array
    {
        $problem = null;
        $cluster = [];

        try {
            $status = $this->reader->read(self::TIMEOUT);
            $address = $status->url();
            $server = self::running($status);
            $cluster = self::cluster($status->cluster());
        } catch (NoStatus $problem) {
            $address = $this->configuredAddress();
            $server = self::line($problem->problem, ['running' => $problem->listens, 'error' => $problem->getMessage()]);
        }

        return [
            'Package' => self::line(self::package()),
            'Extension' => self::line($this->extension(), [
                'version' => $this->extension->version, 'usable' => $this->extension->usable(),
            ]),
            'Transport' => $this->transport($problem),
            'Address' => self::line($address),
            'Server' => $server,
            ...$cluster,
        ];
    }

    private static function package(): string
    {
        return InstalledVersions::isInstalled(self::PACKAGE)
            ? (string) InstalledVersions::getPrettyVersion(self::PACKAGE)
            : 'unknown';
    }

    private function extension(): string
    {
        return match (true) {
            $this->extension->version === null => 'not loaded',
            $this->extension->usable() => $this->extension->version,
            default => "{$this->extension->version}, and the package needs ".Extension::REQUIRED,
        };
    }

    /**
     * What an event of this process would take, and why.
     *
     * @return Closure(bool): mixed
     */
    private function transport(?NoStatus $problem): Closure
    {
        [$used, $reason] = match (true) {
            $this->way->socket === null => $this->withoutSocket($this->way->obstacle),
            $problem === null || $problem->listens => ['socket', "{$this->way->socket} can be opened"],
            default => $this->withoutSocket("{$this->way->socket} cannot be opened"),
        };

        return self::line("{$used} ({$reason})", ['used' => $used, 'reason' => $reason]);
    }

    /**
     * @return array{string, string} the way, and why it is the one
     */
    private function withoutSocket(string $reason): array
    {
        if ($this->way->redis === null) {
            return [$this->way->http ? 'http' : 'none', $reason];
        }

        $publisher = $this->extension->redisPublisher([...$this->way->redis, 'connect_timeout' => self::TIMEOUT]);

        try {
            $publisher->connect();

            return ['redis', "{$reason}; Redis answers"];
        } catch (ConnectException $e) {
            return [$this->way->http ? 'http' : 'none', "{$reason}; {$e->getMessage()}"];
        } finally {
            $publisher->close();
        }
    }

    private function configuredAddress(): string
    {
        [$host, $port] = [$this->config->get('reverb.servers.reverb.host'), $this->config->get('reverb.servers.reverb.port')];

        return is_scalar($host) && is_scalar($port) ? "{$host}:{$port} (by the settings)" : 'not set';
    }

    /**
     * @return Closure(bool): mixed
     */
    private static function running(ServerStatus $status): Closure
    {
        [$uptime, $connections] = [$status->integer('uptime'), $status->integer('connections')];

        return self::line(
            'running for '.StatusReport::duration($uptime).', '.StatusReport::count('connection', $connections),
            ['running' => true, 'uptime' => $uptime, 'connections' => $connections],
        );
    }

    /**
     * @return array<string, Closure(bool): mixed> nothing where it is alone
     */
    private static function cluster(?ServerStatus $cluster): array
    {
        if ($cluster === null) {
            return [];
        }

        [$nodes, $redis] = [$cluster->integer('nodes'), $cluster->string('redis')];

        return ['Cluster' => self::line(StatusReport::count('node', $nodes).", Redis is {$redis}", ['nodes' => $nodes, 'redis' => $redis])];
    }

    /**
     * @param  mixed  $json  null: the text
     * @return Closure(bool): mixed
     */
    private static function line(string $text, mixed $json = null): Closure
    {
        return AboutCommand::format(
            $text, console: static fn (): string => OutputFormatter::escape($text), json: static fn (): mixed => $json ?? $text
        );
    }
}

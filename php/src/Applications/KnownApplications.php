<?php

declare(strict_types=1);

namespace Reverb\Laravel\Applications;

use Illuminate\Contracts\Config\Repository;
use Illuminate\Contracts\Container\Container;
use Laravel\Reverb\Application;
use Laravel\Reverb\Contracts\ApplicationProvider;
use Laravel\Reverb\Exceptions\InvalidApplication;
use Reverb\Laravel\Config\Settings;

/**
 * The applications that listeners ask events for: found once, so that a provider which asks a
 * database is not asked with each message, and again when `application_ttl` is over.
 */
final class KnownApplications
{
    private const NANOSECONDS = 1_000_000_000;

    /** With more, those of long ago go. */
    private const MOST = 1_000;

    /** @var array<string, array{Application, int}> by id, with the time until which it counts */
    private array $found = [];

    public function __construct(
        private readonly Container $app,
    ) {}

    /**
     * @throws InvalidApplication when there is none
     */
    public function find(string $id): Application
    {
        [$application, $until] = $this->found[$id] ?? [null, 0];

        if ($application === null || hrtime(true) >= $until) {
            unset($this->found[$id]);
            $application = $this->app->make(ApplicationProvider::class)->findById($id);
            $this->found = array_slice($this->found, -self::MOST + 1, preserve_keys: true);
            $this->found[$id] = [$application, hrtime(true) + $this->ttl() * self::NANOSECONDS];
        }

        return $application;
    }

    /**
     * @return int seconds
     */
    private function ttl(): int
    {
        return Settings::of($this->app->make(Repository::class)->get('reverb.servers.reverb') ?? [], 'reverb.servers.reverb')
            ->integer('application_ttl', 60, 1);
    }
}

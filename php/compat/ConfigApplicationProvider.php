<?php

declare(strict_types=1);

namespace Laravel\Reverb;

use Illuminate\Support\Collection;
use Laravel\Reverb\Contracts\ApplicationProvider;
use Laravel\Reverb\Exceptions\InvalidApplication;
use Reverb\Laravel\Config\ApplicationSettings;
use Reverb\Laravel\Config\Settings;

/**
 * The applications of `reverb.apps.apps`.
 */
class ConfigApplicationProvider implements ApplicationProvider
{
    /**
     * @param  Collection<array-key, mixed>  $applications  entries as they stand in the configuration
     */
    public function __construct(protected Collection $applications) {}

    public function all(): Collection
    {
        return $this->applications->values()->map(
            fn (mixed $entry, int $index): Application => ApplicationSettings::read(
                Settings::of($entry, "reverb.apps.apps.{$index}")
            )->toApplication()
        );
    }

    public function findById(string $id): Application
    {
        return $this->find(fn (Application $application): bool => $application->id() === $id);
    }

    public function findByKey(string $key): Application
    {
        return $this->find(fn (Application $application): bool => $application->key() === $key);
    }

    /**
     * @param  callable(Application): bool  $matches
     *
     * @throws InvalidApplication
     */
    private function find(callable $matches): Application
    {
        return $this->all()->first($matches) ?? throw new InvalidApplication;
    }
}

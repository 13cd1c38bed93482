<?php

declare(strict_types=1);

namespace Reverb\Laravel\Applications;

use Illuminate\Contracts\Container\Container;
use InvalidArgumentException;
use Laravel\Reverb\ApplicationManager;
use Laravel\Reverb\ConfigApplicationProvider;
use Laravel\Reverb\Contracts\ApplicationProvider;
use Laravel\Reverb\Exceptions\InvalidApplication;
use Reverb\Laravel\Config\ApplicationSettings;
use Reverb\Laravel\Exceptions\CannotStart;
use Reverb\Laravel\Exceptions\InvalidSetting;
use Throwable;

/**
 * Finds applications by the provider that the user brought: a database, say. The server asks when a
 * client or a publisher names an application that it does not know, or no longer knows well.
 */
final class ApplicationLookup
{
    private function __construct(
        private readonly Container $app,
    ) {}

    /**
     * @return ?self null where the applications are those of the configuration, known from the start
     *
     * @throws CannotStart for a provider that cannot be one
     */
    public static function of(Container $app): ?self
    {
        $manager = $app->make(ApplicationManager::class);

        try {
            /** @var mixed $provider of no type that the container would have checked */
            $provider = $app->make(ApplicationProvider::class);
        } catch (Throwable $e) {
            throw self::explained($manager->getDefaultDriver(), $e);
        }

        if (! $provider instanceof ApplicationProvider) {
            throw new CannotStart(
                'The application provider is '.get_debug_type($provider).', which does not implement '.ApplicationProvider::class.'.'
            );
        }

        return $provider::class === ConfigApplicationProvider::class && $provider === $manager->driver('config')
            ? null
            : new self($app);
    }

    /**
     * @param  string  $by  `id` or `key`
     * @return ?array<string, mixed> as an entry of the server's `apps`; null when there is none
     *
     * @throws Throwable whatever the provider throws when it cannot tell
     */
    public function find(string $by, string $value): ?array
    {
        // Made for each question, as the user bound it: one object for all, or a fresh one.
        $provider = $this->app->make(ApplicationProvider::class);

        try {
            $application = $by === 'id' ? $provider->findById($value) : $provider->findByKey($value);
        } catch (InvalidApplication) {
            return null;
        }

        return ApplicationSettings::of($application)->toArray();
    }

    /**
     * The manager's own words say neither where the name stands nor how to make it known.
     */
    private static function explained(string $driver, Throwable $e): Throwable
    {
        if (! $e instanceof InvalidArgumentException || $e->getMessage() !== "Driver [{$driver}] not supported.") {
            return $e;
        }

        return InvalidSetting::mustBe(
            'reverb.apps.provider', '"config" or a provider that the application added by '.ApplicationManager::class.'::extend()', $driver
        );
    }
}

<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Unit;

use Illuminate\Config\Repository;
use Illuminate\Container\Container;
use Illuminate\Contracts\Config\Repository as RepositoryContract;
use Illuminate\Support\Collection;
use Laravel\Reverb\Application;
use Laravel\Reverb\Contracts\ApplicationProvider;
use Laravel\Reverb\Exceptions\InvalidApplication;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Reverb\Laravel\Applications\KnownApplications;

final class KnownApplicationsTest extends TestCase
{
    /** @var list<string> ids that the provider was asked for */
    public array $asked = [];

    #[Test]
    public function the_provider_is_asked_once_for_each(): void
    {
        $known = $this->applications(60);

        $this->assertSame('1', $known->find('1')->id());
        $this->assertSame('2', $known->find('2')->id());
        $this->assertSame('1', $known->find('1')->id());
        $this->assertSame(['1', '2'], $this->asked);
    }

    #[Test]
    public function it_is_asked_again_after_the_ttl(): void
    {
        $known = $this->applications(1);

        $known->find('1');
        usleep(1_050_000);
        $known->find('1');

        $this->assertSame(['1', '1'], $this->asked);
    }

    #[Test]
    public function one_that_is_not_there_is_asked_for_each_time(): void
    {
        $known = $this->applications(60);

        foreach (range(1, 2) as $time) {
            try {
                $known->find('gone');
                $this->fail('Nothing was thrown');
            } catch (InvalidApplication) {
                $this->assertCount($time, $this->asked);
            }
        }
    }

    #[Test]
    public function those_of_long_ago_are_forgotten(): void
    {
        $known = $this->applications(60);

        foreach (range(1, 1_001) as $id) {
            $known->find((string) $id);
        }

        $known->find('2');
        $known->find('1001');
        $this->assertCount(1_001, $this->asked);
        $known->find('1');
        $this->assertCount(1_002, $this->asked);
    }

    private function applications(int $ttl): KnownApplications
    {
        $container = new Container;
        $container->instance(RepositoryContract::class, new Repository(['reverb' => ['servers' => ['reverb' => ['application_ttl' => $ttl]]]]));
        $container->instance(ApplicationProvider::class, new class($this) implements ApplicationProvider
        {
            public function __construct(private readonly KnownApplicationsTest $test) {}

            public function all(): Collection
            {
                return new Collection;
            }

            public function findById(string $id): Application
            {
                $this->test->asked[] = $id;

                return $id === 'gone' ? throw new InvalidApplication : new Application($id, 'key', 'secret', 60, 30, ['*'], 10_000);
            }

            public function findByKey(string $key): Application
            {
                throw new InvalidApplication;
            }
        });

        return new KnownApplications($container);
    }
}

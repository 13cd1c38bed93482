<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Support;

use Symfony\Component\Process\Process;

/**
 * A folder where Composer works on its own: this package and everything that the application of
 * these tests has installed are there to be required, and nothing is fetched.
 */
final class ComposerProject
{
    /**
     * @param  array<string, mixed>  $composer  what its composer.json says besides the repositories
     * @param  array<string, array<string, mixed>>  $standIns  further packages: a name, and what composer.json says
     */
    public function __construct(
        public readonly string $folder,
        array $composer,
        array $standIns = [],
    ) {
        $repositories = [
            ['type' => 'path', 'url' => Installation::root(), 'options' => ['symlink' => true]],
            ['packagist.org' => false],
        ];

        foreach ($standIns as $name => $package) {
            $path = "{$folder}/stand-ins/".basename($name);
            mkdir($path, 0777, true);
            file_put_contents("{$path}/composer.json", self::json(['name' => $name, ...$package]));
            $repositories[] = ['type' => 'path', 'url' => $path];
        }

        foreach (glob(Installation::app().'/vendor/*/*/composer.json') ?: [] as $installed) {
            $repositories[] = [
                'type' => 'path', 'url' => dirname($installed), 'options' => ['symlink' => true, 'versions' => self::versions()],
            ];
        }

        file_put_contents("{$folder}/composer.json", self::json([
            ...$composer, 'repositories' => $repositories, 'config' => ['lock' => true],
        ]));
    }

    /**
     * Runs Composer and returns what it printed.
     */
    public function run(string ...$arguments): string
    {
        $process = new Process(
            ['composer', ...$arguments, '--no-interaction', '--no-progress', '--no-ansi'], $this->folder,
            ['COMPOSER_ALLOW_SUPERUSER' => '1'], timeout: 300,
        );
        $process->mustRun();

        return $process->getOutput().$process->getErrorOutput();
    }

    /**
     * @return ?string the version that is locked
     */
    public function locked(string $package): ?string
    {
        $lock = json_decode((string) file_get_contents("{$this->folder}/composer.lock"), true, flags: JSON_THROW_ON_ERROR);

        return array_column($lock['packages'], 'version', 'name')[$package] ?? null;
    }

    /**
     * @return array<string, string> what composer.json requires
     */
    public function required(): array
    {
        return json_decode((string) file_get_contents("{$this->folder}/composer.json"), true, flags: JSON_THROW_ON_ERROR)['require'];
    }

    /**
     * @return array<string, string> of the packages in the application of these tests
     */
    private static function versions(): array
    {
        $installed = json_decode((string) file_get_contents(Installation::app().'/vendor/composer/installed.json'), true, flags: JSON_THROW_ON_ERROR);

        return array_column($installed['packages'], 'version', 'name');
    }

    /**
     * @param  array<string, mixed>  $value
     */
    private static function json(array $value): string
    {
        return json_encode($value, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES | JSON_PRETTY_PRINT);
    }
}

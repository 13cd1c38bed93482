<?php

declare(strict_types=1);

spl_autoload_register(static function (string $class): void {
    if (str_starts_with($class, 'Reverb\\Bench\\')) {
        require __DIR__.'/'.substr($class, strlen('Reverb\\Bench\\')).'.php';
    }
});

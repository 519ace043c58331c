@echo off
chcp 65001 >nul
set PYTHONUTF8=1
set PYTHONPATH=
set PYTHONHOME=
cd /d "%~dp0"
for %%V in (3.13 3.12 3.11) do (
  py -%%V -c "import venv" >nul 2>nul && (
    py -%%V -B install.py %*
    goto end
  )
)
python -B install.py %*
:end
pause
